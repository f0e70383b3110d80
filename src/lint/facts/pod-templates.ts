import type { Location } from "../../core/errors.ts";
import { isMap } from "../../overrides/merge.ts";
import { type Values, valueAt } from "../../overrides/values.ts";
import type { Path } from "../../yaml/source.ts";
import type { LintRelease } from "../model.ts";
import { keyAt } from "./entry-at.ts";

/** The pod template of a queue, as the agent sees it. */
export interface PodTemplate {
  release: LintRelease;
  /** Name of the queue; undefined for what all queues have in common. */
  queue?: string;
  /** What the queue itself says. */
  own: Values;
  /** A key of the queue's own replaces the common one as a whole. */
  values: Values;
  /** Path of a value within the release: below the queue, or where all have it in common. */
  pathOf(path: Path): Path;
  locate(path: Path): Location;
  keyAt(path: Path): Location;
}

const BASE = ["agentk8sglue", "basePodTemplate"];
const QUEUES = ["agentk8sglue", "queues"];

/** What all queues of an agent have in common. */
export function baseTemplate(release: LintRelease): PodTemplate {
  const base = mapAt(release.values, BASE);
  return template(release, base, (path) => [...BASE, ...path]);
}

/** The template of each queue of an agent. */
export function queueTemplates(release: LintRelease): PodTemplate[] {
  const base = mapAt(release.values, BASE);
  return Object.entries(mapAt(release.values, QUEUES)).map(([queue, value]) => {
    const own = mapAt(value, ["templateOverrides"]);
    const replaced = Object.fromEntries(Object.entries(own).filter(([, each]) => !isEmpty(each)));
    const pathOf = (path: Path): Path =>
      Object.hasOwn(replaced, String(path[0]))
        ? [...QUEUES, queue, "templateOverrides", ...path]
        : [...BASE, ...path];
    return { ...template(release, { ...base, ...replaced }, pathOf), queue, own: replaced };
  });
}

function template(release: LintRelease, values: Values, pathOf: PodTemplate["pathOf"]): PodTemplate {
  return {
    release,
    own: values,
    values,
    pathOf,
    locate: (path) => release.locate(pathOf(path)),
    keyAt: (path) => keyAt(release, pathOf(path)),
  };
}

/** What a template asks for: its limits, with the requests for which there are none. */
export function resourcesOf({ values }: PodTemplate): { name: string; value: unknown; path: Path }[] {
  const found = new Map<string, { name: string; value: unknown; path: Path }>();
  for (const part of ["requests", "limits"]) {
    const path = ["resources", part];
    for (const [name, value] of Object.entries(mapAt(values, path)))
      found.set(name, { name, value, path: [...path, name] });
  }
  return [...found.values()];
}

function mapAt(values: unknown, path: Path): Values {
  const value = valueAt(values, path);
  return isMap(value) ? value : {};
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).length === 0;
}
