import { describe, expect, it } from "vitest";
import { chartName, repositoryAliases } from "../../../src/helm/chart-reference.ts";

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
