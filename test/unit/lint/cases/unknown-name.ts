import { environment, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  environment(
    "unknown-name",
    "a name nobody declared",
    { controlPlane: "clearml: { cookieName: '${COOKIE}' }\n" },
    ["error control-plane.yaml:1:24"],
    { controlPlane: "clearml: { cookieName: '${NAMESPACE}-${RELEASE}' }\n" },
  ),
  environment(
    "unknown-name",
    "a tenant's name in the control plane",
    { controlPlane: "clearml: { cookieName: '${TENANT}' }\n" },
    ["error control-plane.yaml:1:24"],
    { gateway: "clearml: { authCookieName: '${TENANT}' }\n" },
  ),
  environment(
    "unknown-name",
    "a name in a key, and another form",
    { controlPlane: "global: { '${MAIL}': '${a.b}' }\n" },
    ["error control-plane.yaml:1:11", "error control-plane.yaml:1:22"],
    { controlPlane: "global: { a: '$${a.b}' }\n" },
  ),
];
