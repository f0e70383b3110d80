import { environmentWith } from "../support.ts";
import { file, files, type RuleCase } from "./model.ts";

const credentials = (username: string, more = "") =>
  `imageCredentials: { username: ${username}, password: '\${TOKEN}'${more} }\n`;

/** An environment with billing, whose token is given. */
function withBilling(token: string) {
  const all = environmentWith(`billing:
  chart: ./billing-1.1.0.tgz
  values: { imageCredentials: { username: dockerhubcustpocbillingaccess, password: "${token}" } }
control-plane:
  version: 10.12.7
  values: { imageCredentials: { password: "\${TOKEN}" }, clearml: { cookieDomain: ml.example.com } }`);
  return { ...all, "clearml.yaml": (all["clearml.yaml"] ?? "").replace("[TOKEN]", "[TOKEN, OTHER]") };
}

export const cases: readonly RuleCase[] = [
  file(
    "wrong-registry-user",
    "billing",
    "the user of the other charts",
    credentials("allegroaienterprise"),
    ["warning 1:31"],
    credentials("dockerhubcustpocbillingaccess"),
  ),
  file(
    "wrong-registry-user",
    "agent",
    "the user of billing",
    credentials("dockerhubcustpocbillingaccess"),
    ["warning 1:31"],
    credentials("allegroaienterprise"),
  ),
  file(
    "wrong-registry-user",
    "billing",
    "any other user",
    credentials("somebody"),
    ["warning 1:31"],
    credentials("somebody", ", registry: registry.example.com"),
  ),
  files(
    "wrong-registry-user",
    "the token of billing for everybody",
    withBilling("${TOKEN}"),
    ["warning clearml.yaml:13:45"],
    withBilling("${OTHER}"),
  ),
  file(
    "wrong-registry-user",
    "billing",
    "a user who is not known here",
    credentials("dockerhubcustomer"),
    ["warning 1:31"],
    credentials("'${REGISTRY_USER}'"),
  ),
];
