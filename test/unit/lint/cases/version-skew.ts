import { environment, file, type RuleCase } from "./model.ts";

const RULE = "version-skew";
const tags = (api: string, web: string) =>
  `apiserver:\n  image:\n    tag: ${api}\nwebserver:\n  image:\n    tag: ${web}\n`;
const gateway = "clearml: { apiKey: '${TOKEN}', apiSecret: '${TOKEN}' }\n";

export const cases: readonly RuleCase[] = [
  file(
    RULE,
    "control-plane",
    "images of two releases",
    tags("3.21.6-1443", "3.26.3-1657"),
    ["warning 6:10"],
    tags("3.21.6-1443", "3.21.3-1657"),
  ),
  file(
    RULE,
    "control-plane",
    "images of two releases beside one of our own",
    tags("3.21.0", "3.22.0"),
    ["warning 6:10"],
    tags("3.21.0", "sha-26ab"),
  ),
  environment(
    RULE,
    "a gateway older than the server",
    { gateway, gatewayVersion: "2.0.3" },
    ["warning tenants/acme.yaml:4:27"],
    { gateway, gatewayVersion: "2.1.0" },
  ),
  environment(
    RULE,
    "an old gateway with a newer image of the server",
    { gateway, gatewayVersion: "2.0.3", controlPlane: tags("3.26.0", "3.26.0") },
    ["warning tenants/acme.yaml:4:27"],
    { gateway, gatewayVersion: "2.0.3", controlPlane: tags("3.25.0", "3.25.0") },
  ),
];
