import semver from "semver";
import { isGateway } from "../../../catalogue/gateways.ts";
import { type Closed, closedNamespaces } from "../../facts/closed-namespaces.ts";
import {
  closesNamespace,
  isOpenToOthers,
  type NetworkPolicy,
  policiesOf,
} from "../../facts/network-policies.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const npBlocksGateway: Rule = {
  id: "L114",
  slug: "np-blocks-gateway",
  severity: "error",
  about: "A default deny closes the namespace of a gateway, and nothing lets the ingress controller in.",
  why: "The policy admits pods of its own namespace alone. The ingress controller lives in another one, so every address of the gateway answers 503 or 504. Add a policy that admits the controller's namespace to the gateway's pods, or let the component `network-isolation` of the tenant make it; gateway charts from 3.0.0 on bring one along.",
  *check(release) {
    // A file alone does not say whether a gateway runs there.
    if (release.environment) return;
    const policies = policiesOf(release);
    const open = new Set(policies.filter(({ ingress }) => ingress.some(isOpenToOthers)).map(namespaceOf));
    for (const policy of policies) {
      if (!closesNamespace(policy) || open.has(namespaceOf(policy))) continue;
      yield {
        message: "this closes the namespace to the ingress controller as well: a gateway there is cut off",
        hint: HINT,
        severity: "info",
        at: policy.locate(["metadata", "name"]),
      };
    }
  },
  *checkAll(releases) {
    const closed = closedNamespaces(releases);
    for (const gateway of releases.filter(isGateway)) {
      const there = closed.get(gateway.namespace ?? "");
      if (there?.policy && !bringsPolicy(gateway)) yield* cutOff(gateway, there, there.policy);
    }
  },
};

const HINT = "admit the controller's namespace to the gateway's pods with a `namespaceSelector`";

function namespaceOf({ namespace }: NetworkPolicy): string | undefined {
  return namespace;
}

/** Charts from 3.0.0 on make a policy of their own. */
function bringsPolicy({ id, version }: LintRelease): boolean {
  const exact = semver.valid(version ?? "");
  return id === "app-gateway" && exact !== null && semver.gte(exact, "3.0.0");
}

function* cutOff(gateway: LintRelease, closed: Closed, policy: NetworkPolicy): Generator<Hit> {
  if (closed.policies.some(({ ingress }) => ingress.some(isOpenToOthers))) return;
  const { isolation } = closed;
  yield {
    message: isolation
      ? `this file alone cuts the gateway \`${gateway.release}\` off: only what \`network-isolation\` makes lets the ingress controller in`
      : `the policy cuts the gateway \`${gateway.release}\` off: it admits pods of its own namespace alone`,
    hint: isolation ? `${HINT}, or leave the file out` : HINT,
    ...(isolation ? { severity: "warning" as const } : {}),
    at: policy.locate(["metadata", "name"]),
    related: [{ at: gateway.at, message: "the gateway" }],
  };
}
