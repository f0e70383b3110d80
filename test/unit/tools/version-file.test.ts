import { describe, expect, it } from "vitest";
import { parseVersionFile } from "../../../src/tools/version-file.ts";

describe("parseVersionFile", () => {
  it.each([
    [
      "helm 4.2.3\nkubectl 1.36.3\nkubeconform 0.7.0",
      { helm: "4.2.3", kubectl: "1.36.3", kubeconform: "0.7.0" },
    ],
    ["# tools\nhelm  3.21.4   # old\n\nnodejs 24.0.0\n", { helm: "3.21.4" }],
    ["helm 4.2.3 3.21.4\n", { helm: "4.2.3" }],
    ["helm\n", {}],
    ["helm latest\r\nkubectl 1.36\r\n", { helm: "latest", kubectl: "1.36" }],
    ["", {}],
  ])(".tool-versions %j", (text, versions) => {
    expect(parseVersionFile(text, ".tool-versions")).toEqual(versions);
  });

  it.each([
    ['[tools]\nhelm = "4.2"\nkubectl = "latest"', { helm: "4.2", kubectl: "latest" }],
    ['[tools]\nhelm = ["4.2.3", "3.21.4"]', { helm: "4.2.3" }],
    ['[tools]\nhelm = { version = "4", os = ["linux"] }', { helm: "4" }],
    [
      '[tools]\n"aqua:helm/helm" = "4.2.3"\n"ubi:yannh/kubeconform" = "0.7.0"',
      { helm: "4.2.3", kubeconform: "0.7.0" },
    ],
    ['[env]\nA = "b"', {}],
    ["", {}],
  ])("mise.toml %j", (text, versions) => {
    expect(parseVersionFile(text, "mise.toml")).toEqual(versions);
  });

  it("names the file when it is no TOML", () => {
    expect(() => parseVersionFile("[tools\n", "mise.toml")).toThrow("mise.toml is no TOML");
  });

  it.each(["system", "ref:main", "path:/opt/helm", "prefix:4.2"])("refuses the version %s", (version) => {
    expect(() => parseVersionFile(`helm ${version}`, ".tool-versions")).toThrow(
      `.tool-versions: helm has the version \`${version}\`, which names no release`,
    );
  });
});
