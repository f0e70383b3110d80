import { fullname } from "../../../helm/fullname.ts";
import { isMap } from "../../../overrides/merge.ts";
import { type NetworkPolicy, policiesOf } from "../../facts/network-policies.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const NAME_LABEL = "app.kubernetes.io/name";
/** How the names end that the server's charts give to their objects. */
const OF_SERVER = /(^|-)clearml(-enterprise)?$/;

export const npLabelMismatch: Rule = {
  id: "L113",
  slug: "np-label-mismatch",
  severity: "error",
  about:
    "A NetworkPolicy selects the server's pods by a name that this release does not have: nobody is let in.",
  why: "The label `app.kubernetes.io/name` of the server's pods is the full name of the release: `clearml-clearml-enterprise` for the release `clearml`, `clearml-enterprise` for the release `clearml-enterprise`. A policy for the other name opens nothing, and beside a default deny it cuts the web application and the API off. Write the name of your release, or let the component `network-isolation` make the policies.",
  *checkAll(releases) {
    const servers = releases.filter(({ id }) => id === "control-plane");
    for (const policy of releases.flatMap(policiesOf)) {
      const inNamespace = servers.filter(({ namespace }) => namespace === policy.namespace);
      const hit = mismatch(policy, inNamespace);
      if (hit) yield hit;
    }
  },
};

function mismatch(policy: NetworkPolicy, servers: readonly LintRelease[]): Hit | undefined {
  const labels = policy.podSelector.matchLabels;
  const wanted = isMap(labels) ? labels[NAME_LABEL] : undefined;
  const names = servers.map(nameOf);
  const [first] = names;
  if (typeof wanted !== "string" || first === undefined || !OF_SERVER.test(wanted)) return undefined;
  if (names.includes(undefined) || names.includes(wanted)) return undefined;
  const path = ["spec", "podSelector", "matchLabels", NAME_LABEL];
  return {
    message: `the policy selects pods named \`${wanted}\`, but those of release \`${servers[0]?.release}\` are named \`${first}\``,
    hint: `write \`${first}\``,
    at: policy.locate(path),
    related: servers.slice(0, 1).map(({ at }) => ({ at, message: "the release" })),
  };
}

/** The full name of a release; undefined where its chart is not known. */
function nameOf(server: LintRelease): string | undefined {
  const { fullnameOverride, nameOverride } = server.values;
  if (isText(fullnameOverride)) return fullnameOverride;
  const name = isText(nameOverride) ? nameOverride : chartName(server);
  return server.release && name ? fullname(server.release, name) : undefined;
}

function chartName({ contents, chart }: LintRelease): string | undefined {
  if (contents) return contents.name;
  const [, ofRegistry] = /^oci:\/\/.*\/([^/:@]+)/.exec(chart ?? "") ?? [];
  // A path says nothing about the chart's name.
  return ofRegistry ?? (chart !== undefined && /[/.]/.test(chart) ? undefined : chart);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
