import { valueAt } from "../../../overrides/values.ts";
import { keyAt } from "../../facts/entry-at.ts";
import { ownerOf } from "../../facts/owner.ts";
import { type PodTemplate, queueTemplates } from "../../facts/pod-templates.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const queueServedTwice: Rule = {
  id: "L100",
  slug: "queue-served-twice",
  severity: "warning",
  about: "Two agents of one tenant serve a queue with different templates: chance decides how a task runs.",
  why: "Whichever agent looks first takes the task from the queue, and starts it with its own template: now with a GPU, now without. Which tenant an agent serves is decided by its credentials, so that two agents with the same key meet here. Give each agent queues of its own, or both the same template.",
  components: ["agent"],
  *checkAll(releases) {
    const served = new Map<string, PodTemplate>();
    for (const release of releases.filter(({ id }) => id === "agent")) {
      const tenant = identityOf(release);
      for (const template of tenant === undefined ? [] : queueTemplates(release)) {
        const key = `${tenant} ${template.queue}`;
        const earlier = served.get(key);
        if (!earlier) served.set(key, template);
        else if (!isSame(earlier, template)) yield hitFor(template, earlier);
      }
    }
  },
};

/** Whom an agent works for: its key as written, or the tenant whose key the deployment fills in. */
function identityOf({ values, tenant, environment }: LintRelease): string | undefined {
  const key = valueAt(values, ["clearml", "agentk8sglueKey"]);
  if (typeof key === "string" && key.length > 1) return `key ${key}`;
  return environment && tenant !== undefined ? `tenant ${tenant}` : undefined;
}

function isSame(first: PodTemplate, second: PodTemplate): boolean {
  return JSON.stringify(first.values) === JSON.stringify(second.values);
}

function hitFor({ release, queue }: PodTemplate, earlier: PodTemplate): Hit {
  const path = ["agentk8sglue", "queues", String(queue)];
  return {
    message: `queue \`${queue}\` is served by the agents of ${ownerOf(release)} and ${ownerOf(earlier.release)} for one tenant, with different templates`,
    hint: "give each agent its own queues",
    at: keyAt(release, path),
    related: [{ at: keyAt(earlier.release, path), message: "the other agent" }],
  };
}
