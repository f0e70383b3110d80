import { plural } from "../../core/plural.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import { manifestObjects } from "../../kubernetes/manifest.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { podsOf } from "../../readiness/diagnose.ts";
import type { LiveObject } from "../../readiness/model.ts";
import type { Surroundings } from "../../readiness/surroundings.ts";
import type { SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";
import type { Container } from "./containers.ts";

export const images = insideCheck({
  name: "images",
  proves: "The pods of the gateway run the images that its release says.",
  after: ["release"],
  async run(gateway) {
    const record = await gateway.record();
    if (!record) return { status: "skip", detail: "Helm has no record of the release" };
    const [deployments, around] = await Promise.all([gateway.deployments(), gateway.around()]);
    return judgeImages(record, deployments, around);
  },
});

export function judgeImages(
  record: Pick<ReleaseRecord, "revision" | "chart" | "chartVersion" | "manifest">,
  deployments: readonly LiveObject[],
  around: Surroundings,
): SmokeResult {
  const wanted = manifestObjects(record.manifest).filter(({ kind }) => kind === "Deployment");
  const different = wanted.flatMap((object) => {
    const live = deployments.find(({ metadata }) => metadata.name === object.metadata.name);
    return live ? differencesOf(object, live, podsOf(live, around)) : [];
  });
  const of = `${record.chart} ${record.chartVersion}, revision ${record.revision}`;
  const changed = different.filter((each) => !each.isElsewhere);
  const wordsOf = (some: readonly Difference[]) => `${some.map(({ words }) => words).join("; ")} (${of})`;
  if (changed.length > 0) {
    return {
      status: "fail",
      detail: wordsOf(changed),
      hint: "somebody has changed the Deployment since the release was written: deploy the tenant again, or put the image into the values",
    };
  }
  if (different.length > 0) {
    return {
      status: "info",
      detail: wordsOf(different),
      hint: "the same image from another registry: the cluster rewrites images, or somebody did",
    };
  }
  const count = new Set(wanted.flatMap((object) => templateOf(object).map(({ image }) => image))).size;
  return { status: "pass", detail: `${plural(count, "image")} as in the manifest of ${of}` };
}

interface Difference {
  words: string;
  /** Name and tag are the same, the registry is another one. */
  isElsewhere: boolean;
}

function differencesOf(
  wanted: KubernetesObject,
  live: LiveObject,
  pods: readonly LiveObject[],
): Difference[] {
  return templateOf(wanted).flatMap(({ name, image }) => {
    const others = [live, ...pods].map((each) => imageOf(each, name)).filter((each) => each !== image);
    // What is another image tells more than the same one from elsewhere.
    const told = others.find((each) => !isSameElsewhere(each, image)) ?? others[0];
    if (others.length === 0) return [];
    const words = `container ${name} of ${live.metadata.name} has ${told ?? "no image"} instead of ${image}`;
    return [{ words, isElsewhere: others.every((each) => isSameElsewhere(each, image)) }];
  });
}

function isSameElsewhere(found: string | undefined, wanted: string): boolean {
  return found?.split("/").at(-1) === wanted.split("/").at(-1);
}

function imageOf(object: KubernetesObject, container: string): string | undefined {
  return templateOf(object).find(({ name }) => name === container)?.image;
}

interface PodSpec {
  containers?: readonly Container[];
  initContainers?: readonly Container[];
}

/** The containers of a pod, or of those that a workload makes. The items of a list do not name their kind. */
function templateOf({ spec }: KubernetesObject): Container[] {
  const { template } = (spec ?? {}) as { template?: { spec?: PodSpec } };
  const own = (template ? template.spec : spec) as PodSpec | undefined;
  return [...(own?.initContainers ?? []), ...(own?.containers ?? [])];
}
