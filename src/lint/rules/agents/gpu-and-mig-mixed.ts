import { profileOf } from "../../../catalogue/mig-profiles.ts";
import { valueAt } from "../../../overrides/values.ts";
import { keyAt } from "../../facts/entry-at.ts";
import { baseTemplate, type PodTemplate, queueTemplates, resourcesOf } from "../../facts/pod-templates.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const STRATEGY = ["mig", "strategy"];

export const gpuAndMigMixed: Rule = {
  id: "L97",
  slug: "gpu-and-mig-mixed",
  severity: "warning",
  about:
    "Whole GPUs and MIG slices are asked for together, or slices under a strategy that does not name them.",
  why: "A pod with `nvidia.com/gpu` and `nvidia.com/mig-…` needs a node that has both free, and programs see one kind of them only. `nvidia.com/mig-…` exists under the strategy `mixed` of the GPU operator alone: under `single`, its default, slices are called `nvidia.com/gpu`, and pods that ask for a profile stay pending. Ask for one kind, and set `mig.strategy: mixed`.",
  *checkAll(releases) {
    const asks = releases.filter(({ id }) => id === "agent").flatMap(migRequests);
    for (const { template, path } of asks) {
      const whole = resourcesOf(template).find(({ name }) => name === "nvidia.com/gpu");
      if (whole) yield mixed(template, whole.path, path);
    }
    const [first] = asks;
    const operator = releases.find(({ id }) => id === "gpu-operator");
    // With ClearML's MIG operator the strategy has a rule of its own.
    if (!first || !operator || releases.some(({ id }) => id === "dynamic-mig-operator")) return;
    const strategy = valueAt(operator.values, STRATEGY) ?? operator.contents?.defaultAt(STRATEGY) ?? "single";
    if (strategy === "mixed" || typeof strategy !== "string" || strategy.includes("$")) return;
    yield {
      message: `\`mig.strategy\` is ${strategy}, and queues ask for profiles such as \`${first.name}\`, which exist under \`mixed\` only`,
      hint: "set `mig.strategy: mixed`",
      at: operator.locate(STRATEGY),
      related: [{ at: first.template.keyAt(first.path), message: "the request" }],
    };
  },
};

interface Request {
  template: PodTemplate;
  name: string;
  path: readonly (string | number)[];
}

/** One request for a profile for each template that has one. */
function migRequests(release: LintRelease): Request[] {
  const queues = queueTemplates(release).filter(({ own }) => "resources" in own);
  return [baseTemplate(release), ...queues].flatMap((template): Request[] => {
    const mig = resourcesOf(template).find(({ name }) => profileOf(name) !== undefined);
    return mig ? [{ template, name: mig.name, path: mig.path }] : [];
  });
}

function mixed(template: PodTemplate, whole: Request["path"], mig: Request["path"]): Hit {
  return {
    message: `${template.queue === undefined ? "every queue" : `queue \`${template.queue}\``} asks for whole GPUs and for MIG slices`,
    hint: "ask for one of them",
    at: keyAt(template.release, template.pathOf(whole)),
    related: [{ at: template.keyAt(mig), message: "the slice" }],
  };
}
