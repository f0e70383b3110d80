import { quantityOf } from "../../../kubernetes/quantities.ts";
import { isMap } from "../../../overrides/merge.ts";
import { valueAt } from "../../../overrides/values.ts";
import { baseTemplate, type PodTemplate, queueTemplates } from "../../facts/pod-templates.ts";
import type { Hit, Rule } from "../../model.ts";

const VOLUMES = ["volumes", "extraVolumes"];
const MOUNTS = ["volumeMounts", "extraVolumeMounts"];
const MEMORY = ["resources", "limits", "memory"];

export const volumeMountPair: Rule = {
  id: "L105",
  slug: "volume-mount-pair",
  severity: "error",
  about: "A pod mounts a volume that it does not have, or keeps more in memory than it may use.",
  why: "Each `volumeMounts` entry names an entry of `volumes`; the API server refuses a pod with a mount whose volume is missing. A queue that replaces `volumes` loses those of `basePodTemplate`. A volume of medium `Memory` counts as the container's memory: one larger than the limit ends in an out-of-memory kill long before it is full.",
  components: ["agent"],
  *check(release) {
    const base = baseTemplate(release);
    const queues = queueTemplates(release);
    // A queue that changes neither has what the common template has, which is told once.
    const changed = queues.filter(({ own }) => [...VOLUMES, ...MOUNTS].some((key) => key in own));
    for (const template of [base, ...changed]) yield* mountHits(template);
    const limited = queues.filter(({ own }) => "volumes" in own || "resources" in own);
    yield* sizeHits([base, ...limited]);
  },
};

function* mountHits(template: PodTemplate): Generator<Hit> {
  const { release, queue, values } = template;
  // A single file may leave the volumes to another one.
  if (!release.environment && !VOLUMES.some((key) => Array.isArray(values[key]))) return;
  const names = new Set(VOLUMES.flatMap((key) => itemsOf(values[key]).map(({ name }) => name)));
  for (const key of MOUNTS) {
    for (const [index, { name }] of itemsOf(values[key]).entries()) {
      if (typeof name !== "string" || names.has(name) || /[$<]/.test(name)) continue;
      yield {
        message: `${queue === undefined ? "all queues mount" : `queue \`${queue}\` mounts`} the volume \`${name}\`, which ${queue === undefined ? "they do" : "it does"} not have`,
        hint: names.size > 0 ? `its volumes are ${[...names].join(", ")}` : "add it to `volumes`",
        at: template.locate([key, index, "name"]),
      };
    }
  }
}

/** One finding for each volume, however many queues share it. */
function* sizeHits(templates: readonly PodTemplate[]): Generator<Hit> {
  const told = new Set<string>();
  for (const template of templates) {
    const limit = valueAt(template.values, MEMORY);
    const most = quantityOf(limit);
    for (const [index, volume] of itemsOf(template.values.volumes).entries()) {
      const path = ["volumes", index, "emptyDir", "sizeLimit"];
      const size = valueAt(volume, ["emptyDir", "sizeLimit"]);
      const isInMemory = valueAt(volume, ["emptyDir", "medium"]) === "Memory";
      const bytes = isInMemory ? quantityOf(size) : undefined;
      const place = JSON.stringify(template.pathOf(path));
      if (bytes === undefined || most === undefined || bytes <= most || told.has(place)) continue;
      told.add(place);
      yield sizeHit(template, path, String(size), String(limit));
    }
  }
}

function sizeHit(template: PodTemplate, path: (string | number)[], size: string, limit: string): Hit {
  return {
    message: `the volume in memory may grow to ${size}, and the container may use ${limit} in all`,
    hint: "raise the memory limit above it, or make it smaller",
    severity: "warning",
    at: template.locate(path),
    related: [{ at: template.locate(MEMORY), message: "the memory limit" }],
  };
}

function itemsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map((item) => (isMap(item) ? item : {})) : [];
}
