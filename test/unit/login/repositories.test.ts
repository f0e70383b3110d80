import { describe, expect, it } from "vitest";
import { parseRepositories } from "../../../src/login/repositories.ts";

const from = "`repositories` line 1";

describe("parseRepositories", () => {
  it.each([
    [
      "nvidia=https://helm.ngc.nvidia.com/nvidia",
      {
        kind: "classic",
        host: "helm.ngc.nvidia.com",
        name: "nvidia",
        url: "https://helm.ngc.nvidia.com/nvidia",
      },
    ],
    [
      "own=http://127.0.0.1:8080/charts/",
      { kind: "classic", host: "127.0.0.1:8080", name: "own", url: "http://127.0.0.1:8080/charts" },
    ],
    [
      "own=https://charts.example.com/a?x=1 username=CHARTS_USER password=CHARTS_TOKEN",
      {
        kind: "classic",
        host: "charts.example.com",
        name: "own",
        url: "https://charts.example.com/a?x=1",
        credentials: { username: "CHARTS_USER", password: "CHARTS_TOKEN" },
      },
    ],
    [
      "old=https://raw.githubusercontent.com/allegroai/charts/gh-pages  credentials=helm-repo-token",
      {
        kind: "classic",
        host: "raw.githubusercontent.com",
        name: "old",
        url: "https://raw.githubusercontent.com/allegroai/charts/gh-pages",
        credentials: { input: "helm-repo-token" },
      },
    ],
    ["oci://ghcr.io", { kind: "oci", host: "ghcr.io" }],
    [
      "oci://127.0.0.1:5000/charts credentials=dockerhub-token",
      { kind: "oci", host: "127.0.0.1:5000", credentials: { input: "dockerhub-token" } },
    ],
    [
      "oci://[::1]:5000 username=U password=P",
      { kind: "oci", host: "[::1]:5000", credentials: { username: "U", password: "P" } },
    ],
  ])("reads %s", (line, expected) => {
    expect(parseRepositories([line])).toEqual([{ ...expected, from }]);
  });

  it.each([
    ["https://charts.example.com", "neither `name=url` nor `oci://host`"],
    ["nvidia", "neither `name=url` nor `oci://host`"],
    ["=https://x", "neither `name=url` nor `oci://host`"],
    ["own=charts.example.com", "its address is no URL"],
    ["own=ftp://charts.example.com", "is no http(s) address"],
    ["own/x=https://charts.example.com", "is no repository name"],
    ["own=https://bob:hunter2hunter2@charts.example.com", "a user name or password stands in the address"],
    ["oci://bob:hunter2hunter2@ghcr.io", "a user name or password stands in the address"],
    ["oci://", "its address is no URL"],
    ["own=https://x.example username=U", "belong together"],
    ["own=https://x.example password=P", "belong together"],
    [
      "own=https://x.example username=bob password=hunter2-hunter2",
      "names of environment variables, not the values",
    ],
    ["own=https://x.example token=hunter2hunter2", "a setting other than"],
    ["own=https://x.example credentials=mirror-token", "knows dockerhub-token and helm-repo-token only"],
    ["own=https://x.example credentials=helm-repo-token username=U password=P", "excludes"],
  ])("refuses %s", (line, reason) => {
    expect(() => parseRepositories([line])).toThrow(`${from}: `);
    expect(() => parseRepositories([line])).toThrow(reason);
    expect(() => parseRepositories([line])).not.toThrow("hunter2");
  });

  it("shows every wrong line at once, and a name that stands twice", () => {
    expect(() => parseRepositories(["x", "a=https://a.example", "a=https://b.example"])).toThrow(
      "`repositories` line 1: neither `name=url` nor `oci://host`\n`repositories`: the name `a` stands twice",
    );
  });
});
