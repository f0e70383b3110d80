import { valueAt } from "../../../overrides/values.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const SECURE = "ROUTER__HTTP__AUTHORIZATION__COOKIE__SECURE";

export const nodeportModePartial: Rule = {
  id: "L91",
  slug: "nodeport-mode-partial",
  severity: "error",
  about: "A gateway on a node port lacks a part of what this way needs: users end in a loop of redirects.",
  why: 'Without an Ingress a gateway needs four things at once: `ingress.enabled: false`, `service.type: NodePort`, an `externalURL`, and for an http address the variable `ROUTER__HTTP__AUTHORIZATION__COOKIE__SECURE` with "false". A browser sends a secure cookie by https only, so that over http the gateway never sees the login. Behind http the cookie of the server must not be secure either.',
  components: ["app-gateway"],
  *check(release) {
    if (valueAt(release.values, ["service", "type"]) !== "NodePort") return;
    if (valueAt(release.values, ["ingress", "enabled"]) === true) {
      yield {
        message: "the gateway has an Ingress and a node port, and users reach it by one of them",
        hint: "set `ingress.enabled` to false, or `service.type` to ClusterIP",
        severity: "warning",
        at: release.locate(["service", "type"]),
        related: [{ at: release.locate(["ingress", "enabled"]), message: "the Ingress" }],
      };
      return;
    }
    yield* cookieHits(release);
  },
};

function* cookieHits(release: LintRelease): Generator<Hit> {
  const path = ["externalURL"];
  const url = valueAt(release.values, path);
  if (typeof url !== "string" || !url.startsWith("http://")) return;
  const variable = release.variables.findLast(({ name }) => name === SECURE);
  const value = variable?.value;
  if (value?.value === "false" || value?.value === false || (value && value.text === undefined)) return;
  // A single file may leave the variable to another one.
  if (!variable && !release.environment) return;
  yield {
    message: `\`externalURL\` is http, and the gateway's cookie is for https: the login is never seen`,
    hint: `add \`${SECURE}\` with "false" to \`router.extraEnvs\``,
    at: variable ? variable.item.at() : release.locate(path),
  };
}
