import { describe, expect, it } from "vitest";
import { acceptsKubernetes, minorOf } from "../../../src/helm/kubernetes-window.ts";

const CLUSTERS = ["v1.31.4", "v1.31.4-eks-bbe087e", "v1.34.4-gke.12", "v1.31.4+k3s1", "v1.34.4"];

describe("the window of a chart", () => {
  // As `helm template --kube-version` of Helm 4.2.3 and 3.21.4 decides.
  it.each([
    [">=1.21.0 <1.35.0", [true, true, true, true, true]],
    [">=1.21.0-0 <1.35.0-0", [true, true, true, true, true]],
    [">= 1.21.0-0 < 1.33.0-0", [true, true, false, true, false]],
    [">=1.21.0-0, <1.32.0-0", [true, true, false, true, false]],
    ["~1.31", [true, true, false, true, false]],
    ["1.31.x", [true, true, false, true, false]],
    [">=1.31.4", [true, true, true, true, true]],
    ["<1.31.4", [false, false, false, false, false]],
    ["<=1.34", [true, true, true, true, true]],
    ["*", [true, true, true, true, true]],
    [">=1.21.0-0 || ^1.20", [true, true, true, true, true]],
    ["1.30 - 1.34", [true, true, true, true, true]],
    ["not a range", [true, true, true, true, true]],
  ])("%s", (range, accepted) => {
    expect(CLUSTERS.map((version) => acceptsKubernetes(range, version, "v4.2.3"))).toEqual(accepted);
  });

  it("without a prerelease refuses clusters with a suffix in Helm before 3.19", () => {
    const cluster = "v1.31.4-eks-bbe087e";
    expect(acceptsKubernetes(">=1.21.0", cluster, "v3.18.6")).toBe(false);
    expect(acceptsKubernetes(">=1.21.0-0", cluster, "v3.18.6")).toBe(true);
    expect(acceptsKubernetes(">=1.21.0", cluster, "v3.19.0")).toBe(true);
    expect(acceptsKubernetes(">=1.21.0", "v1.31.4", "v3.18.6")).toBe(true);
  });
});

it.each([
  ["v1.31.4-eks-bbe087e", "1.31"],
  ["v1.35.4", "1.35"],
  ["1.34", "1.34"],
  ["master", undefined],
])("the minor of %s", (version, minor) => expect(minorOf(version)).toBe(minor));
