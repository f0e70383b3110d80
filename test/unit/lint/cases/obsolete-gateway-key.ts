import { file, type RuleCase } from "./model.ts";

const gateway = (lines: string) => `clearml:\n${lines}`;

export const cases: readonly RuleCase[] = [
  file(
    "obsolete-gateway-key",
    "app-gateway",
    "a key of the old router",
    gateway("  jwksKey: ${JWKS_KEY}\n  sslVerify: false\n"),
    ["warning 2:3", "warning 3:3"],
    gateway("  authCookieName: cookie\n"),
  ),
];
