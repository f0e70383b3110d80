import { file, type RuleCase } from "./model.ts";

const domain = (text: string) => `clearml:\n  cookieDomain: ${text}\n`;

export const cases: readonly RuleCase[] = [
  file(
    "cookie-domain-form",
    "control-plane",
    "a leading dot",
    domain(".ml.example.com"),
    ["error 2:17"],
    domain("ml.example.com"),
  ),
  file(
    "cookie-domain-form",
    "control-plane",
    "a scheme",
    domain("https://ml.example.com"),
    ["error 2:17"],
    // An address may be the cookie's own host.
    domain("10.0.0.1"),
  ),
  file(
    "cookie-domain-form",
    "control-plane",
    "a public suffix",
    domain("nip.io"),
    ["error 2:17"],
    domain("10-0-0-1.nip.io"),
  ),
];
