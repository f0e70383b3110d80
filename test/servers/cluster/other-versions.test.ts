import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { moduleFor } from "../../cluster/control-plane.ts";

describe("HELM and KUBERNETES", () => {
  beforeEach(() => vi.resetModules());
  afterEach(() => vi.unstubAllEnvs());
  const pins = () => import("../../cluster/pins.ts");

  it("choose what the tests run against", async () => {
    vi.stubEnv("HELM", "3");
    vi.stubEnv("KUBERNETES", "1.33.13");
    const { CHOSEN_HELM, PINNED_KUBERNETES, PINS } = await pins();
    expect(CHOSEN_HELM).toBe(PINS.helm3);
    expect(PINS.kubernetes).toBe("1.33.13");
    expect(PINNED_KUBERNETES).not.toBe("1.33.13");
  });

  it("leave it as it is when they are empty", async () => {
    vi.stubEnv("HELM", "");
    vi.stubEnv("KUBERNETES", "");
    const { CHOSEN_HELM, PINNED_KUBERNETES, PINS } = await pins();
    expect(CHOSEN_HELM).toBeUndefined();
    expect(PINS.kubernetes).toBe(PINNED_KUBERNETES);
  });

  it.each([
    ["HELM", "3.21.4", 'HELM is "3.21.4", expected 3 or 4'],
    ["KUBERNETES", "1.33", 'KUBERNETES is "1.33", expected a version such as 1.33.13'],
  ])("are refused when %s is %s", async (name, value, message) => {
    vi.stubEnv(name, value);
    await expect(pins()).rejects.toThrow(message);
  });
});

describe("moduleFor", () => {
  const own = `module k8s.io/kubernetes

go 1.24.0

godebug default=go1.24

require (
	github.com/blang/semver/v4 v4.0.0
	k8s.io/api v0.0.0
	k8s.io/kube-openapi v0.0.0-20250318190949-c8a335a9a2ff
	k8s.io/kms v0.0.0 // indirect
)

replace k8s.io/api => ./staging/src/k8s.io/api
`;

  it("takes the published modules of the same version instead of those of Kubernetes' own checkout", () => {
    const lines = moduleFor("v1.33.13", own).split("\n");
    expect(lines).toEqual(expect.arrayContaining(["go 1.24.0", "godebug default=go1.24"]));
    expect(lines).toContain("require k8s.io/kubernetes v1.33.13");
    expect(lines).toContain("tool k8s.io/kubernetes/cmd/kube-apiserver");
    expect(lines.filter((line) => line.startsWith("replace"))).toEqual([
      "replace k8s.io/api => k8s.io/api v0.33.13",
      "replace k8s.io/kms => k8s.io/kms v0.33.13",
    ]);
  });
});
