import { isMap } from "../overrides/merge.ts";

const WHOLE = /selector$|^(from|to)$/i;

/**
 * The part of a live value that a wanted one speaks of: its keys, and of lists the items at its positions. An empty
 * map and a selector speak of everything in them: Kubernetes replaces selectors as a whole. So do the peers of a network
 * policy, in which one key more is somebody else.
 */
export function onShapeOf(wanted: unknown, live: unknown): unknown {
  if (Array.isArray(wanted) && Array.isArray(live))
    return live.map((item, index) => (index < wanted.length ? onShapeOf(wanted[index], item) : item));
  if (!isMap(wanted) || !isMap(live) || Object.keys(wanted).length === 0) return live;
  return Object.fromEntries(
    Object.keys(wanted)
      .filter((key) => Object.hasOwn(live, key))
      .map((key) => [key, WHOLE.test(key) ? live[key] : onShapeOf(wanted[key], live[key])]),
  );
}
