import { describe, expect, it } from "vitest";
import { platformOf } from "../../../src/tools/platforms.ts";
import { PUBLISHERS, reportedVersion } from "../../../src/tools/publishers.ts";

describe("artifact", () => {
  it.each([
    ["helm", "linux-x64", "helm-v4.2.3-linux-amd64.tar.gz", ".sha256sum", "linux-amd64/helm", "helm"],
    ["helm", "linux-arm64", "helm-v4.2.3-linux-arm64.tar.gz", ".sha256sum", "linux-arm64/helm", "helm"],
    ["helm", "darwin-arm64", "helm-v4.2.3-darwin-arm64.tar.gz", ".sha256sum", "darwin-arm64/helm", "helm"],
    [
      "helm",
      "win32-x64",
      "helm-v4.2.3-windows-amd64.zip",
      ".sha256sum",
      "windows-amd64/helm.exe",
      "helm.exe",
    ],
    ["kubectl", "linux-x64", "release/v4.2.3/bin/linux/amd64/kubectl", ".sha256", undefined, "kubectl"],
    ["kubectl", "darwin-x64", "release/v4.2.3/bin/darwin/amd64/kubectl", ".sha256", undefined, "kubectl"],
    [
      "kubectl",
      "win32-x64",
      "release/v4.2.3/bin/windows/amd64/kubectl.exe",
      ".sha256",
      undefined,
      "kubectl.exe",
    ],
  ] as const)("of %s on %s", (tool, platform, path, suffix, member, executable) => {
    const artifact = PUBLISHERS[tool].artifact("4.2.3", platform);
    expect(artifact).toEqual({
      path,
      checksumPath: `${path}${suffix}`,
      executable,
      ...(member ? { member } : {}),
    });
  });

  it("of kubeconform has one checksum file for all platforms", () => {
    const folder = "yannh/kubeconform/releases/download/v0.7.0";
    expect(PUBLISHERS.kubeconform.artifact("0.7.0", "darwin-arm64")).toEqual({
      path: `${folder}/kubeconform-darwin-arm64.tar.gz`,
      checksumPath: `${folder}/CHECKSUMS`,
      member: "kubeconform",
      executable: "kubeconform",
    });
    expect(PUBLISHERS.kubeconform.artifact("0.7.0", "win32-x64")).toMatchObject({
      path: `${folder}/kubeconform-windows-amd64.zip`,
      member: "kubeconform.exe",
    });
  });
});

describe("platformOf", () => {
  it.each([
    ["linux", "x64"],
    ["linux", "arm64"],
    ["darwin", "x64"],
    ["darwin", "arm64"],
    ["win32", "x64"],
  ])("accepts %s %s", (os, architecture) => {
    expect(platformOf(os, architecture)).toBe(`${os}-${architecture}`);
  });

  it.each([
    ["win32", "arm64"],
    ["linux", "ia32"],
    ["linux", "riscv64"],
    ["freebsd", "x64"],
    ["aix", "ppc64"],
  ])("refuses %s %s in one sentence", (os, architecture) => {
    expect(() => platformOf(os, architecture)).toThrow(
      `this runner is ${os}-${architecture}; setup-clearml-helm installs tools on linux-x64, linux-arm64, darwin-x64, darwin-arm64, win32-x64 only`,
    );
  });
});

describe("reportedVersion", () => {
  it.each([
    ["v4.2.3", "4.2.3"],
    ["v3.21.4\n", "3.21.4"],
    ["v4.2.3+g43e8b7f", "4.2.3"],
    ["v0.7.0\n", "0.7.0"],
    ["development\n", undefined],
    ['{"clientVersion": {"gitVersion": "v1.36.3"}}', "1.36.3"],
    ['{"clientVersion": {"gitVersion": "v1.36.3-eks-1"}}', "1.36.3-eks-1"],
    ['{"clientVersion": {}}', undefined],
    ["{", undefined],
    ["Client Version: v1.27.0", undefined],
    ["", undefined],
  ])("of %j is %s", (stdout, version) => {
    expect(reportedVersion(stdout)).toBe(version);
  });
});
