import type { Files } from "../../environment/support.ts";
import { settings } from "../server-settings.ts";
import { environmentOf } from "../support.ts";
import { environment, files, type RuleCase } from "./model.ts";

const rule = "billing-incomplete";
const pairs = (host: string): [string, string][] => [
  ["CLEARML__billing__enabled", '"true"'],
  ["CLEARML__HOSTS__KAFKA__BILLING__HOST", `'["clearml-billing-kafka.clearml-billing:9092"]'`],
  ["CLEARML__HOSTS__REDIS__BILLING__HOST", host],
  ["CLEARML__HOSTS__REDIS__BILLING__DB", '"2"'],
  ["CLEARML__SECURE__KAFKA__BILLING__security_protocol", "SASL_PLAINTEXT"],
  ["CLEARML__SECURE__KAFKA__BILLING__sasl_mechanism", "SCRAM-SHA-512"],
  ["CLEARML__SECURE__KAFKA__BILLING__sasl_plain_username", "user1"],
  ["CLEARML__SECURE__KAFKA__BILLING__sasl_plain_password", `'"\${TOKEN}"'`],
];
const GOOD = pairs("clearml-billing-redis-master.clearml-billing");

/** An environment that installs billing itself. */
function withBilling(host: string): Files {
  const all = environmentOf({ controlPlane: settings(...pairs(host)) });
  const billing =
    "  billing: { chart: ./billing-1.1.0.tgz, values: { imageCredentials: { username: dockerhubcustpocbillingaccess, password: '${OTHER}' } } }\n";
  const text = all["clearml.yaml"] ?? "";
  return {
    ...all,
    "clearml.yaml": text.replace("tenants:", `${billing}tenants:`),
  };
}

export const cases: readonly RuleCase[] = [
  environment(
    rule,
    "no password",
    { controlPlane: settings(...GOOD.slice(0, -1)) },
    ["warning control-plane.yaml:3:13"],
    { controlPlane: settings(...GOOD) },
  ),
  environment(
    rule,
    "switched on alone",
    { controlPlane: settings(...GOOD.slice(0, 1)) },
    ["warning control-plane.yaml:3:13"],
    { controlPlane: settings(["CLEARML__billing__enabled", '"false"']) },
  ),
  files(
    rule,
    "a host in another namespace",
    withBilling("clearml-billing-redis-master.billing"),
    ["warning control-plane.yaml:8:14"],
    withBilling("clearml-billing-redis-master.clearml-billing"),
  ),
  files(
    rule,
    "a full name in another namespace",
    withBilling("redis.billing.svc.cluster.local"),
    ["warning control-plane.yaml:8:14"],
    withBilling("redis.example"),
  ),
  {
    ...environment(
      rule,
      "a single file, which need not be complete",
      { controlPlane: settings(...GOOD.slice(0, 1)) },
      ["warning control-plane.yaml:3:13"],
      { controlPlane: "" },
    ),
    good: { kind: "file", component: "control-plane", text: settings(...GOOD.slice(0, 1)) },
  },
];
