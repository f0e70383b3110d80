import type { Location } from "../core/errors.ts";
import type { LintRelease } from "../lint/model.ts";
import type { Path } from "../yaml/source.ts";
import type { RenderedObject } from "./model.ts";

/** More are no help. */
const MOST_RELATED = 3;

/** Where a finding about a rendered value belongs: its override, else the component with what may be the cause. */
export function placed(
  object: RenderedObject,
  path: Path,
  { at }: Pick<LintRelease, "at">,
): { at: Location; related?: { at: Location; message: string }[] } {
  const origins = object.origins(path);
  const [only] = origins;
  if (only && origins.length === 1) return { at: only };
  if (origins.length === 0 || origins.length > MOST_RELATED) return { at };
  return { at, related: origins.map((origin) => ({ at: origin, message: "this may be what sets it" })) };
}

/** An object in words: its kind and name. */
export function describe({ kind, name }: Pick<RenderedObject, "kind" | "name">): string {
  return `${kind} \`${name}\``;
}
