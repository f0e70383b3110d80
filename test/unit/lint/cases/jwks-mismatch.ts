import { environment, type RuleCase } from "./model.ts";

const server = "clearml: { secureAuthTokenSecret: '${OTHER}' }\n";

export const cases: readonly RuleCase[] = [
  environment(
    "jwks-mismatch",
    "a key of its own",
    { controlPlane: server, router: "clearml: { jwksKey: '${TOKEN}' }\n" },
    ["warning tenants/acme/router.yaml:1:21"],
    { controlPlane: server, router: "clearml: { jwksKey: '${OTHER}' }\n" },
  ),
  environment(
    "jwks-mismatch",
    "a name and more",
    { controlPlane: server, router: "clearml: { jwksKey: '${OTHER}x' }\n" },
    ["warning tenants/acme/router.yaml:1:21"],
    { controlPlane: server, router: "clearml: { jwksKey: '${JWKS_KEY}' }\n" },
  ),
  environment(
    "jwks-mismatch",
    "two texts that differ",
    { controlPlane: "clearml: { secureAuthTokenSecret: abc }\n", router: "clearml: { jwksKey: abd }\n" },
    ["error tenants/acme/router.yaml:1:21"],
    { controlPlane: "clearml: { existingSecret: mine }\n", router: "clearml: { jwksKey: '${TOKEN}' }\n" },
  ),
];
