import semver from "semver";
import { describe, expect, it } from "vitest";
import { KNOWN_VERSIONS } from "../../../src/tools/known-versions.ts";
import { PUBLISHERS, TOOLS } from "../../../src/tools/publishers.ts";
import { wantedVersions } from "../../../src/tools/setup.ts";
import { isRefused, knownVersions, resolveVersion, satisfies } from "../../../src/tools/versions.ts";

describe("resolveVersion", () => {
  it.each([
    ["helm", "4.2.3", "4.2.3"],
    ["helm", "v4.2.3", "4.2.3"],
    ["helm", "3.21.4", "3.21.4"],
    ["helm", "3.18.0", "3.18.0"],
    ["helm", "4.9.9", "4.9.9"],
    ["helm", "4.4.0-rc.1", "4.4.0-rc.1"],
    ["helm", "latest", "4.3.0"],
    ["helm", "4", "4.3.0"],
    ["helm", "4.x", "4.3.0"],
    ["helm", "4.2", "4.2.4"],
    ["helm", "~4.2", "4.2.4"],
    ["helm", "~4.2.0", "4.2.4"],
    ["helm", "~4.2.3", "4.2.4"],
    ["helm", "^4.2.3", "4.3.0"],
    ["helm", "^4.2.0", "4.3.0"],
    ["helm", "4.2.x", "4.2.4"],
    ["helm", "4.2.*", "4.2.4"],
    ["helm", "4.*", "4.3.0"],
    ["helm", "<4.3", "4.2.4"],
    ["helm", "<=4.2.3", "4.2.3"],
    ["helm", "<4.2.3", "4.2.2"],
    ["helm", ">=3 <4", "3.22.0"],
    ["helm", "3", "3.22.0"],
    ["helm", "3.x", "3.22.0"],
    ["helm", "3.X.x", "3.22.0"],
    ["helm", "^3.5.0", "3.22.0"],
    ["helm", "~3.21", "3.21.4"],
    ["helm", "3.21 - 3.21.3", "3.21.3"],
    ["helm", "v3", "3.22.0"],
    ["helm", "=3.21.4", "3.21.4"],
    ["helm", " 4.2.3 ", "4.2.3"],
    ["helm", "*", "4.3.0"],
    ["helm", "3.x || 4.2.x", "4.2.4"],
    ["helm", ">=4.2.0-0 <4.2.4-0", "4.2.3"],
    ["helm", ">4.1 <=4.2.3", "4.2.3"],
    ["kubectl", "latest", "1.37.0"],
    ["kubectl", "1", "1.37.0"],
    ["kubectl", "1.35.x", "1.35.8"],
    ["kubectl", "~1.35.1", "1.35.8"],
    ["kubectl", "1.35.1 || 1.36.3", "1.36.3"],
    ["kubectl", "1.36", "1.36.4"],
    ["kubectl", "~1.36.3", "1.36.4"],
    ["kubectl", "1.36.3", "1.36.3"],
    ["kubectl", "<1.36.4", "1.36.3"],
    ["kubectl", "1.33.0", "1.33.0"],
    ["kubeconform", "0.7", "0.7.0"],
    ["kubeconform", "^0.7.0", "0.7.0"],
    ["kubeconform", "latest", "0.8.0"],
    ["kubeconform", "0.x", "0.8.0"],
  ] as const)("%s %s means %s", (tool, request, version) => {
    expect(resolveVersion(tool, request, "here").version).toBe(version);
  });

  it.each([
    "4.0.0",
    "v4.0.5",
    "4.1.0",
    "4.1.1",
    "4.2.1",
    "4.0.x",
    "~4.1.0 <4.1.2",
    "4.0.0-beta.1",
    "4.1.2-rc.1",
  ])("helm %s is refused with the reason and the repair", (request) => {
    expect(() => resolveVersion("helm", request, "`helm-version`")).toThrow(
      expect.objectContaining({
        kind: "input",
        problems: [
          expect.objectContaining({
            message: expect.stringMatching(/^`helm-version`: helm .* is refused: Helm 4\.0\.0 to 4\.1\.1/),
            hint: "use 4.2.3 or later, or 3.21.4",
          }),
        ],
      }),
    );
  });

  it.each(["4.1.2", "4.2.0", "4.2.2", "3.14.0", "4.2.3"])("helm %s is not refused", (version) => {
    expect(isRefused("helm", version)).toBe(false);
  });

  it.each(["newest", "4.2.3.1", "stable", "four", "4,2"])("%s is no version", (request) => {
    expect(() => resolveVersion("helm", request, "`helm-version`")).toThrow(
      `\`helm-version\`: \`${request}\` is no version of helm`,
    );
  });

  it("says which versions are known when no known one satisfies the range", () => {
    expect(() => resolveVersion("helm", "~4.7", "`helm-version`")).toThrow(
      "no known version of helm satisfies `~4.7` (known: 4.3.0, 4.2.4, 4.2.3, 4.2.2, 3.22.0, 3.21.4, 3.21.3)",
    );
  });
});

describe("satisfies", () => {
  it.each([
    ["helm", "4", "4.2.0", true],
    ["helm", "4", "4.1.0", false],
    ["helm", "4", "4.2.1", false],
    ["helm", "4.2.3", "4.2.4", false],
    ["helm", "latest", "4.2.3", false],
    ["helm", "latest", "4.9.0", true],
    ["helm", "latest", "5.0.0", false],
    ["kubectl", "1.36", "1.36.9", true],
  ] as const)("%s %s accepts %s on PATH: %s", (tool, request, present, accepted) => {
    expect(satisfies(resolveVersion(tool, request, "here"), present)).toBe(accepted);
  });
});

describe("wantedVersions", () => {
  it("prefers the input to the version file, and the version file to the default", () => {
    const wanted = wantedVersions({ "helm-version": "3" }, { helm: "4.2.3", kubectl: "1.37.0" });
    expect(wanted.map(({ version, from }) => [version, from])).toEqual([
      ["3.22.0", "`helm-version`"],
      ["1.37.0", "`version-file`"],
      ["0.7.0", "default"],
    ]);
  });

  it("shows every wrong version at once", () => {
    expect(() => wantedVersions({ "helm-version": "x.y", "kubectl-version": "9" }, {})).toThrow(
      expect.objectContaining({ problems: [expect.anything(), expect.anything()] }),
    );
  });
});

describe("the known versions", () => {
  const entries = TOOLS.flatMap((tool) =>
    Object.entries(KNOWN_VERSIONS[tool]).flatMap(([version, sums]) =>
      Object.entries(sums).map(([platform, sum]) => [tool, version, platform, sum] as const),
    ),
  );

  it("are exact versions with SHA-256 sums, each sum once", () => {
    for (const [, version, , sum] of entries) {
      expect(semver.valid(version)).toBe(version);
      expect(sum).toMatch(/^[0-9a-f]{64}$/i);
    }
    expect(new Set(entries.map(([, , , sum]) => sum)).size).toBe(entries.length);
  });

  it.each(TOOLS)("hold the default version of %s, which is not refused", (tool) => {
    expect(knownVersions(tool)).toContain(PUBLISHERS[tool].defaultVersion);
  });
});
