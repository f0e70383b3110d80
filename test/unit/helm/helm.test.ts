import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ToolError } from "../../../src/core/errors.ts";
import type { ComponentUse } from "../../../src/environment/model.ts";
import { upgradeArguments } from "../../../src/helm/arguments.ts";
import { chartName, repositoryAliases } from "../../../src/helm/chart-reference.ts";
import { explainHelmFailure } from "../../../src/helm/failures.ts";
import { decodeRecord, parseRelease, type ReleaseRecord } from "../../../src/helm/record.ts";

const request = {
  release: "clearml",
  namespace: "clearml",
  reference: { chart: "oci://docker.io/clearml/clearml-enterprise", version: "10.12.7" },
};

describe("upgradeArguments", () => {
  it("gives the values on stdin and never reuses old ones", () => {
    const args = upgradeArguments(request, 3);
    expect(args.join(" ")).toContain("--values - --reset-values");
    expect(args.join(" ")).not.toMatch(/server-side|plain-http|wait|set /);
  });

  it.each([
    ["a new release with Helm 4", 4, undefined, "--server-side=true"],
    ["a release of Helm 3 with Helm 4", 4, "client", "--server-side=false"],
    ["a release of Helm 4 with Helm 4", 4, "server", "--server-side=true"],
  ] as const)("keeps the apply method: %s", (_, major, applyMethod, flag) => {
    const current = applyMethod ? { current: { applyMethod } as ReleaseRecord } : {};
    expect(upgradeArguments({ ...request, ...current }, major)).toContain(flag);
  });

  it("speaks plain HTTP to a registry on this machine only", () => {
    const local = { ...request, reference: { chart: "oci://127.0.0.1:5000/clearml/x" } };
    expect(upgradeArguments(local, 4)).toContain("--plain-http");
    expect(upgradeArguments(request, 4)).not.toContain("--plain-http");
  });
});

describe("decodeRecord", () => {
  const stored = {
    name: "redis",
    namespace: "redis-shared",
    version: 3,
    info: { status: "deployed" },
    chart: { metadata: { name: "redis", version: "17.8.3" } },
    config: { auth: { password: "x" } },
    apply_method: "ssa",
    manifest: "---\n",
  };

  it.each([
    ["gzip", gzipSync(JSON.stringify(stored))],
    ["plain JSON of very old releases", Buffer.from(JSON.stringify(stored))],
  ])("reads %s", (_, packed) => {
    const data = Buffer.from(packed.toString("base64")).toString("base64");
    expect(decodeRecord(data)).toMatchObject({
      release: "redis",
      revision: 3,
      status: "deployed",
      chart: "redis",
      chartVersion: "17.8.3",
      applyMethod: "server",
    });
  });
});

describe("parseRelease", () => {
  const json =
    '{"name":"r","namespace":"n","version":1,"info":{"status":"deployed"},"chart":{"metadata":{"name":"c","version":"1.0.0"}},"manifest":""}';

  it.each([
    ["Helm 3", json],
    ["Helm 4.2 with a chart from a registry", `Pulled: r.example/c:1.0.0\nDigest: sha256:0\n${json}\n`],
  ])("reads what %s prints", (_, stdout) => {
    expect(parseRelease(stdout)).toMatchObject({
      release: "r",
      revision: 1,
      values: {},
      applyMethod: "client",
    });
  });
});

describe("repositoryAliases", () => {
  it("finds the alias of an address, with or without a slash at the end", () => {
    const text =
      "apiVersion: ''\nrepositories:\n- name: clearml-enterprise\n  url: https://charts.example/stable/\n";
    expect(repositoryAliases(text).get("https://charts.example/stable")).toBe("clearml-enterprise");
    expect(repositoryAliases("").size).toBe(0);
  });
});

describe("chartName", () => {
  it.each([
    ["oci://docker.io/clearml/clearml-enterprise", "clearml-enterprise"],
    ["charts/clearml-billing-1.1.0.tgz", "clearml-billing"],
    ["charts/gpu-operator-v26.7.0.tgz", "gpu-operator"],
    ["nvidia/gpu-operator", "gpu-operator"],
  ])("of %s is %s", (chart, name) => expect(chartName({ chart })).toBe(name));
});

describe("explainHelmFailure", () => {
  const use = {
    id: "agent",
    namespace: "acme",
    release: "clearml-agent",
    at: { file: "a.yaml", line: 4, column: 3 },
  };
  const oci = { chart: "oci://r.example/clearml/clearml-enterprise-agent", version: "9.9.9" };
  it.each([
    ["Error: r.example/clearml/x:9.9.9: not found", "input", "is not there", "correct `version`"],
    ["Error: basic credential not found", "input", "refused the login", "`dockerhub-token`"],
    [
      "Error: chart requires kubeVersion: <1.33.0-0 which is incompatible with Kubernetes v1.35.4",
      "input",
      "does not accept this cluster",
      "kubeVersion window",
    ],
    [
      "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress",
      "cluster",
      "unfinished Helm operation",
      "rollback",
    ],
    [
      "Error: INSTALLATION FAILED: execution error at (x/templates/d.yaml:3:4): apiKey is required",
      "input",
      "apiKey is required",
      "override",
    ],
    ["Error: something new", "cluster", "something new", undefined],
  ])("%s", (stderr, kind, message, hint) => {
    const error = explainHelmFailure(new ToolError("helm", 1, stderr), use as ComponentUse, oci);
    expect(error.kind).toBe(kind);
    expect(error.problems[0]?.message).toContain(message);
    expect(error.problems[0]?.at).toEqual(use.at);
    if (hint) expect(error.problems[0]?.hint).toContain(hint);
  });
});
