import { describe, expect, it } from "vitest";
import {
  previewArguments,
  previewTemplateArguments,
  rollbackArguments,
  uninstallArguments,
  upgradeArguments,
} from "../../../src/helm/arguments.ts";
import type { ReleaseRecord } from "../../../src/helm/record.ts";

const request = {
  release: "clearml",
  namespace: "clearml",
  reference: { chart: "oci://docker.io/clearml/clearml-enterprise", version: "10.12.7" },
  description: "chart sha256:0 by a test",
};

describe("upgradeArguments", () => {
  it("gives the values on stdin and never reuses old ones", () => {
    const args = upgradeArguments(request, 3);
    expect(args.join(" ")).toContain("--values - --reset-values");
    expect(args.join(" ")).not.toMatch(/server-side|plain-http|wait|set |timeout/);
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

  it("tells the record what it is made from, and hooks how long they may take", () => {
    const args = upgradeArguments({ ...request, timeoutMs: 1_500 }, 4).join(" ");
    expect(args).toContain("--description chart sha256:0 by a test");
    expect(args).toContain("--timeout 2s");
  });
});

describe("every command that changes a release", () => {
  const rollback = { release: "r", namespace: "n", revision: 3 };
  it.each([
    ["upgrade", (major: number) => upgradeArguments(request, major)],
    ["preview", (major: number) => previewArguments(request, major)],
    ["rollback", (major: number) => rollbackArguments(rollback, major)],
    ["uninstall", () => uninstallArguments(rollback)],
  ])("%s undoes nothing on its own, forces nothing and waits for no readiness", (_, args) => {
    for (const major of [3, 4]) {
      const line = args(major).join(" ");
      expect(line).not.toMatch(/--atomic|--force|--rollback-on-failure|--cleanup-on-fail|--take-ownership/);
      expect(line.replace("--wait=hookOnly", "")).not.toContain("--wait");
    }
  });
});

describe("previews", () => {
  it("never run without being dry", () => {
    for (const major of [3, 4]) expect(previewArguments(request, major)).toContain("--dry-run=server");
  });

  it.each([
    [3, undefined, "--dry-run=server", "--is-upgrade"],
    [4, { applyMethod: "server" } as ReleaseRecord, "--is-upgrade", "--dry-run"],
  ] as const)("without a known kind with Helm %i", (major, current, present, absent) => {
    const cluster = { kubernetesVersion: "v1.35.4", apiVersions: ["v1", "apps/v1"] };
    const args = previewTemplateArguments({ ...request, ...(current ? { current } : {}) }, major, cluster);
    const line = args.join(" ");
    expect(line).toContain("--kube-version v1.35.4 --api-versions v1,apps/v1");
    expect(line).toContain(present);
    expect(line).not.toContain(absent);
    expect(line).not.toContain("--include-crds");
  });
});
