import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../src/catalogue/index.ts";
import type { ComponentId } from "../../../src/catalogue/model.ts";
import { environmentReleases } from "../../../src/lint/engine.ts";
import type { Change, Fix } from "../../../src/lint/model.ts";
import { fileRelease } from "../../../src/lint/release.ts";
import { RULES } from "../../../src/lint/rules/index.ts";
import { parseYaml } from "../../../src/yaml/source.ts";
import { load } from "../environment/support.ts";
import { environmentOf, environmentWith, tenantWith } from "./support.ts";

type Offer = string | undefined;

/** The fixes a rule offers for a values file, in the order of its hits; undefined for a hit without one. */
const OFFERS: [rule: string, component: ComponentId, text: string, offers: Offer[]][] = [
  [
    "angle-bracket-url",
    "agent",
    "agentk8sglue:\n  webServerUrlReference: <https://app.ml.example.com>\n",
    ["value agentk8sglue.webServerUrlReference https://app.ml.example.com"],
  ],
  [
    "double-escaped-quote",
    "redis",
    'commonConfiguration: "a \\\\"b\\\\" c"\n',
    ["text 24-26 \\; text 28-30 \\"],
  ],
  [
    "curly-quotes",
    "redis",
    "clusterDomain: \u201ccluster.local\u201d\nnameOverride: \u2018a\nauth: { password: \u201ca\u201d }\n",
    ["value clusterDomain cluster.local", undefined, undefined],
  ],
  [
    "env-name-illegal",
    "agent",
    'agentk8sglue:\n  extraEnvs:\n    - name: "1A"\n      value: a\n',
    [undefined],
  ],
  [
    "env-name-illegal",
    "agent",
    "agentk8sglue:\n  extraEnvs:\n    - name: A:\n      value: a\n",
    ["text 40-41 "],
  ],
  ["mojibake-or-invisible", "redis", "auth:\n\tenabled: true\n", ["text 6-7   "]],
  ["mojibake-or-invisible", "redis", "a:\n  b: 1\nauth:\n\tenabled: true\n", [undefined]],
  ["mojibake-or-invisible", "redis", "a: |\n\tx\nauth:\n\tenabled: true\n", [undefined]],
  ["mojibake-or-invisible", "redis", "\ufeffauth: {}\n", ["text 0-1 "]],
  [
    "mojibake-or-invisible",
    "redis",
    "nameOverride: a\u200bb\u200b\nclusterDomain: a\u00a0\nauth: { password: a\u200bb }\ncommonConfiguration: |\n  a\u200bb\n",
    ["value nameOverride ab", undefined, undefined, undefined],
  ],
  ["mojibake-or-invisible", "redis", 'nameOverride: "a\\u200bb"\n', [undefined]],
  [
    "implicit-type",
    "redis",
    "image: { tag: 1.30 }\nauth: { password: 0123 }\n",
    ["value image.tag 1.30", undefined],
  ],
  [
    "env-value-not-string",
    "agent",
    "agentk8sglue:\n  extraEnvs:\n    - { name: A, value: yes }\n    - { name: B, value: [a] }\n    - { name: B_TOKEN, value: 1 }\n    - { name: CLEARML_AGENT_REDIS_PASSWORD, value: 1 }\n",
    ["value agentk8sglue.extraEnvs.0.value yes", undefined, undefined, undefined],
  ],
  [
    "yaml-type-surprise",
    "redis",
    "master:\n  on: 1\n  image: { tag: 1.30 }\n  password: 1.30\n  port: 08\n  size: 017\n",
    ["rename master.true on", "value master.image.tag 1.30", undefined, undefined],
  ],
  [
    "gateway-key-generation",
    "app-gateway",
    "clearml: { apiServerKey: '${A}', apiServerSecret: '${A}' }\n",
    ["rename clearml.apiServerKey apiKey", "rename clearml.apiServerSecret apiSecret"],
  ],
  [
    "gateway-key-generation",
    "task-traffic-router",
    "clearml: { apiKey: '${A}' }\n",
    ["rename clearml.apiKey apiServerKey"],
  ],
  [
    "stream-session-rename",
    "task-traffic-router",
    "streamSession: { routerAddress: a.example }\n",
    ["rename streamSession tcpSession"],
  ],
  [
    "stream-session-rename",
    "task-traffic-router",
    "streamSession: { routerAddress: a.example }\ntcpSession: {}\n",
    [undefined],
  ],
  ["obsolete-gateway-key", "app-gateway", "clearml: { jwksKey: a }\n", ["remove clearml.jwksKey"]],
  [
    "pull-secret-key",
    "agent",
    "imageCredentials: { existingImagePullSecrets: [{ name: a }] }\n",
    ["rename imageCredentials.existingImagePullSecrets extraImagePullSecrets"],
  ],
  [
    "pull-secret-key",
    "agent",
    "imageCredentials: { existingImagePullSecrets: [{ name: a }], extraImagePullSecrets: [] }\n",
    [undefined],
  ],
  ["redis-generation", "redis", "slave: {}\ncluster: {}\n", ["rename slave replica", undefined]],
  [
    "gpu-operator-generation",
    "gpu-operator",
    "mig_manager: {}\ndevice_plugin: {}\ndevicePlugin: {}\n",
    ["rename mig_manager migManager", undefined],
  ],
];

const cdmo = "dynamic-mig-operator: { repository: ";
const B = "https://raw.githubusercontent.com/clearml/clearml-enterprise-helm-charts/gh-pages";

/** The same for a field of clearml.yaml. */
const ENVIRONMENT_OFFERS: [rule: string, files: Record<string, string>, offers: Offer[]][] = [
  [
    "chart-name",
    environmentWith("redis: { version: 17.8.3, chart: redys }"),
    ["value components.redis.chart redis"],
  ],
  ["chart-name", environmentWith("redis: { chart: 'oci://a.example/redys:17.8.3' }"), [undefined]],
  [
    "repo-generation",
    environmentWith(`${cdmo}${B} }`),
    ["value components.dynamic-mig-operator.repository oci://docker.io/clearml"],
  ],
  ["repo-generation", environmentWith(`${cdmo}${B}, version: 1.2.0 }`), [undefined]],
  ["repo-generation", environmentWith(`${cdmo}"\${REGISTRY}" }`), [undefined]],
  [
    "repo-generation",
    environmentWith("redis: { version: 17.8.3, repository: oci://a.example/redis }"),
    ["value components.redis.repository oci://a.example"],
  ],
  [
    "repo-generation",
    tenantWith(`agent: { version: 6.14.6, repository: ${B} }`),
    ["value tenants.0.components.agent.repository oci://docker.io/clearml"],
  ],
  [
    "pull-secret-key",
    tenantWith(
      "agent: { version: 5.3.3, values: { imageCredentials: { extraImagePullSecrets: [{ name: a }] } } }",
      {},
      "community",
    ),
    [undefined],
  ],
  [
    "stream-session-rename",
    environmentOf({ gateway: "tcpSession: { routerAddress: a.example }\n" }),
    ["rename tcpSession streamSession"],
  ],
];

function shown(fix: Fix | undefined): Offer {
  return fix?.changes.map(describeChange).join("; ");
}

function describeChange(change: Change): string {
  if (change.kind === "text") return `text ${change.start}-${change.end} ${change.to}`;
  const path = change.path.join(".");
  return change.kind === "remove" ? `remove ${path}` : `${change.kind} ${path} ${String(change.to)}`;
}

function ruleOf(slug: string) {
  const rule = RULES.find((each) => each.slug === slug);
  expect(rule?.fixable).toBe(true);
  return rule;
}

describe("the fixes a rule offers", () => {
  it.each(OFFERS)("%s, for %s: %j", (slug, component, text, offers) => {
    const release = fileRelease(CATALOGUE[component], parseYaml(text, "values.yaml"));
    const hits = [...(ruleOf(slug)?.check?.(release) ?? [])];
    expect(hits.map(({ fix }) => shown(fix))).toEqual(offers);
  });

  it.each(ENVIRONMENT_OFFERS)("%s, in an environment %#", async (slug, files, offers) => {
    const rule = ruleOf(slug);
    const releases = environmentReleases(await load(files));
    const hits = releases.flatMap((release) => [...(rule?.check?.(release) ?? [])]);
    expect(hits.map(({ fix }) => shown(fix))).toEqual(offers);
  });
});
