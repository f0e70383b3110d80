import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttp } from "../../../src/core/http.ts";
import { kubernetesWindow } from "../../../src/preflight/checks/kubernetes-window.ts";
import { adviceFrom, versionsOf } from "../../../src/preflight/fitting-chart.ts";
import type { Look } from "../../../src/preflight/model.ts";
import { lookAt, use } from "./cluster.ts";

const INDEX = `apiVersion: v1
entries:
  clearml:
  - apiVersion: v2
    kubeVersion: '>= 1.21.0-0 < 1.33.0-0'
    name: clearml
    version: 7.14.4
  - apiVersion: v2
    kubeVersion: '>= 1.21.0-0 < 1.36.0-0'
    name: clearml
    version: 7.15.0
  - apiVersion: v2
    kubeVersion: '>= 1.21.0-0 < 1.36.0-0'
    name: clearml
    version: 7.14.5
  - apiVersion: v2
    name: clearml
    version: 8.0.0-beta.1
  clearml-agent:
  - apiVersion: v2
    name: clearml-agent
    version: 5.3.3
generated: "2026-01-01T00:00:00Z"
`;
const chart = { name: "clearml", version: "7.14.4", kubeVersion: ">= 1.21.0-0 < 1.33.0-0" };

let server: Server;
let repository: string;
let cache: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    response.statusCode = request.url === "/index.yaml" ? 200 : 404;
    response.end(INDEX);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  repository = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cache = mkdtempSync(join(tmpdir(), "clearml-actions-cache-"));
  writeFileSync(join(cache, "closed-index.yaml"), INDEX);
});
afterAll(async () => {
  rmSync(cache, { recursive: true, force: true });
  await new Promise((resolve) => server.close(resolve));
});

function look(version: string, more: Partial<Look>, env: Record<string, string> = {}): Look {
  const base = lookAt({}, more);
  const { signal } = new AbortController();
  const context = { ...base.context, env, http: createHttp(signal) };
  return { ...base, context, kubernetes: { ...base.kubernetes, version } };
}

const serverChart = (place: object) => use("control-plane", { version: "7.14.4", ...place });

describe("a chart that does not accept the cluster", () => {
  it("is told with the version of its repository that does", async () => {
    const uses = serverChart({ chart: "clearml", repository });
    const [finding] = await kubernetesWindow.find(
      look("v1.35.4-eks-1", { charts: new Map([[uses, chart]]) }),
    );
    expect(finding).toMatchObject({
      severity: "error",
      kind: "input",
      message:
        "control-plane: chart clearml 7.14.4 accepts Kubernetes >= 1.21.0-0 < 1.33.0-0, the cluster is v1.35.4-eks-1",
      hint: "set `version` to 7.15.0, which accepts it",
    });
  });

  it("of a repository with a login is looked up in what Helm keeps of it", async () => {
    const uses = serverChart({ chart: "clearml", repository: "https://closed.example" });
    const helm = { version: "v4.2.3", aliases: new Map([["https://closed.example", "closed"]]) };
    const known = { charts: new Map([[uses, chart]]), helm: helm as unknown as Look["helm"] };
    const [finding] = await kubernetesWindow.find(look("v1.36.0", known, { HELM_REPOSITORY_CACHE: cache }));
    expect(finding?.hint).toMatch(/^none of the 3 versions of clearml on offer accepts it/);
  });

  it("of a registry is compared with the newest one, once", async () => {
    const asked: object[] = [];
    const helm = {
      version: "v4.2.3",
      aliases: new Map(),
      chart: async (_: unknown, reference: object) => {
        asked.push(reference);
        return { metadata: { ...chart, version: "9.0.0", kubeVersion: undefined } };
      },
    };
    const [one, two] = [
      serverChart({ chart: "oci://r.example/clearml" }),
      use("agent", { chart: "oci://r.example/a" }),
    ];
    const charts = new Map([one, two].map((each) => [each, chart]));
    const found = await kubernetesWindow.find(look("v1.35.0", { charts, helm: helm as never }));
    expect(found.map(({ hint }) => hint)).toEqual([
      "set `version` to 9.0.0, which accepts it",
      expect.stringContaining("set `version` to one whose window holds it"),
    ]);
    expect(asked).toEqual([{ chart: "oci://r.example/clearml" }]);
  });

  it.each([
    ["clearml-enterprise", "10.7.5", "10.7.6"],
    ["clearml-enterprise-agent", "6.9.4", "6.9.5"],
    ["clearml-enterprise-app-gateway", "2.0.2", "2.0.3"],
  ])("%s %s is known to be followed by one without a maximum", async (name, version, limit) => {
    const uses = use("control-plane", { chart: `oci://r.example/${name}`, version });
    const charts = new Map([[uses, { name, version, kubeVersion: ">=1.21.0-0 <1.32.0-0" }]]);
    const [finding] = await kubernetesWindow.find(look("v1.32.0", { charts }));
    expect(finding?.hint).toMatch(new RegExp(`^set \`version\` to ${limit} or later`));
  });

  it("although it is newer than those gets no advice that does not help", async () => {
    const [name, version] = ["clearml-enterprise", "11.0.0"];
    const uses = use("control-plane", { chart: `oci://r.example/${name}`, version });
    const charts = new Map([[uses, { name, version, kubeVersion: ">=1.36.0-0" }]]);
    const [finding] = await kubernetesWindow.find(look("v1.35.0", { charts }));
    expect(finding?.hint).toMatch(/^set `version` to one whose window holds it/);
  });

  it("only for its vendor's suffix needs another Helm", async () => {
    const uses = use("redis", { chart: "oci://r.example/redis" });
    const charts = new Map([[uses, { name: "redis", version: "1.0.0", kubeVersion: ">=1.21.0" }]]);
    const at = (version: string) => ({
      charts,
      helm: { version, aliases: new Map() } as unknown as Look["helm"],
    });
    const [finding] = await kubernetesWindow.find(look("v1.34.1-gke.5", at("v3.18.6")));
    expect(finding?.hint).toMatch(/use Helm 3.19 or later/);
    expect(await kubernetesWindow.find(look("v1.34.1-gke.5", at("v4.2.3")))).toEqual([]);
  });
});

it.each([
  ["1.34", "v1.34.2-eks-1", 0],
  ["1.34", "v1.35.4", 1],
  ["1.3", "v1.35.4", 1],
])("a file that says %s, a cluster of %s", async (declared, version, count) => {
  const base = look(version, {});
  const environment = {
    ...base.environment,
    kubernetesVersion: declared,
    source: { locate: () => undefined },
  };
  expect(await kubernetesWindow.find({ ...base, environment: environment as never })).toHaveLength(count);
});

it("reads one chart of an index", () => {
  expect(versionsOf(INDEX, "clearml")?.map(({ version }) => version)).toEqual([
    "7.14.4",
    "7.15.0",
    "7.14.5",
    "8.0.0-beta.1",
  ]);
  expect(versionsOf(INDEX, "clearml-agent")).toMatchObject([{ version: "5.3.3" }]);
  expect(versionsOf(INDEX, "redis")).toBeUndefined();
  expect(versionsOf('{"entries":{"redis":[{"name":"redis","version":"1.0.0"}]}}', "redis")).toHaveLength(1);
});

it("takes no prerelease, and does not invent one", () => {
  const only = [{ name: "clearml", version: "8.0.0-beta.1" }];
  expect(adviceFrom(only, chart, "v1.35.4", "v4.2.3")).toMatch(/^set `version` to one whose window/);
  expect(adviceFrom([chart], chart, "v1.35.4", "v4.2.3")).toMatch(
    /^7.14.4, the newest version on offer, does not/,
  );
});
