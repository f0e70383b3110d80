import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ComponentId } from "../../../src/catalogue/model.ts";
import { FIXTURES, lintFixture, short } from "./support.ts";

/** Every YAML block of ClearML's Kubernetes guides, as printed there, and what is wrong with it. */
const SEEDS: [file: string, component: ComponentId, findings: string[]][] = [
  ["app-gateway-node-port.yaml", "app-gateway", ["L01 error 9:14"]],
  [
    "app-gateway.yaml",
    "app-gateway",
    [
      "L12 warning 2:3",
      "L12 warning 4:3",
      "L12 warning 5:3",
      "L12 warning 6:3",
      "L12 warning 10:3",
      "L12 warning 12:3",
      "L12 warning 16:5",
      "L12 warning 17:5",
    ],
  ],
  [
    "multi-tenant-agent.yaml",
    "agent",
    [
      "L01 error 2:13",
      "L01 error 4:20",
      "L01 error 5:23",
      "L89 info 10:7",
      "L55 warning 19:14",
      "L23 warning 21:10",
      "L01 error 26:26",
      "L01 error 27:27",
      "L01 error 28:26",
      "L106 warning 29:26",
      "L107 info 30:14",
    ],
  ],
  ["multi-tenant-billing.yaml", "billing", ["L01 error 3:13"]],
  [
    "multi-tenant-control-plane.yaml",
    "control-plane",
    [
      "L06 error 14:13",
      "L03 error 51:14",
      "L03 error 53:14",
      "L05 error 54:9",
      "L03 error 65:14",
      "L03 error 67:14",
    ],
  ],
  ["multi-tenant-dynamic-mig-operator.yaml", "dynamic-mig-operator", ["L01 error 2:13"]],
  ["multi-tenant-network-policies.yaml", "network-isolation", ["L121 info 9:5", "L116 warning 28:17"]],
  ["multi-tenant-redis.yaml", "redis", ["L55 warning 2:13"]],
  [
    "multi-tenant-task-traffic-router.yaml",
    "task-traffic-router",
    [
      "L01 error 2:13",
      "L02 error 4:26",
      "L01 error 5:17",
      "L01 error 6:20",
      "L01 error 7:12",
      "L01 error 10:13",
    ],
  ],
  [
    "multi-tenant-tenant-network-policy.yaml",
    "network-isolation",
    ["L117 warning 3:1", "L114 info 4:9", "L121 info 8:5"],
  ],
  [
    "single-page-agent.yaml",
    "agent",
    [
      "L01 error 2:12",
      "L01 error 4:19",
      "L01 error 5:22",
      "L01 error 7:25",
      "L01 error 8:26",
      "L01 error 9:25",
      "L106 warning 10:25",
    ],
  ],
  [
    "single-page-auth0.yaml",
    "control-plane",
    [
      "L01 error 4:13",
      "L01 error 6:13",
      "L01 error 8:13",
      "L01 error 10:13",
      "L01 error 12:13",
      "L01 error 14:13",
    ],
  ],
  [
    "single-page-control-plane.yaml",
    "control-plane",
    [
      "L01 error 2:12",
      "L01 error 6:16",
      "L12 warning 8:2",
      "L12 warning 9:2",
      "L12 warning 10:2",
      "L12 warning 11:2",
      "L12 warning 12:2",
      "L12 warning 13:2",
      "L12 warning 14:2",
      "L01 error 20:14",
      "L51 info 26:12",
      "L51 info 28:12",
      "L01 error 31:13",
      "L01 error 37:13",
      "L01 error 39:13",
      "L01 error 43:13",
      "L01 error 51:14",
      "L68 warning 51:14",
      "L01 error 59:14",
    ],
  ],
  ["single-page-fixed-users.yaml", "control-plane", ["L55 warning 3:20", "L44 warning 7:23"]],
  [
    "single-page-keycloak.yaml",
    "control-plane",
    ["L01 error 4:13", "L01 error 6:13", "L01 error 8:13", "L01 error 10:13", "L01 error 12:13"],
  ],
  ["single-page-shared-memory.yaml", "agent", ["L01 error 15:25"]],
  [
    "single-page-task-traffic-router.yaml",
    "task-traffic-router",
    [
      "L01 error 2:12",
      "L12 warning 4:2",
      "L12 warning 5:2",
      "L72 error 6:25",
      "L12 warning 7:2",
      "L76 warning 10:12",
      "L01 error 12:17",
      "L01 error 14:11",
      "L01 error 15:9",
    ],
  ],
  [
    "task-traffic-router.yaml",
    "task-traffic-router",
    [
      "L01 error 2:12",
      "L12 warning 4:2",
      "L12 warning 5:2",
      "L72 error 6:25",
      "L12 warning 7:2",
      "L12 warning 8:2",
      "L76 warning 11:12",
      "L12 warning 13:2",
      "L12 warning 15:4",
      "L12 warning 16:4",
    ],
  ],
];

describe("the files ClearML's guides print", () => {
  it.each(SEEDS)("%s, as %s", (file, component, expected) => {
    expect(lintFixture(component, `seeds/${file}`).findings.map(short)).toEqual(expected);
  });

  it("are all here", () => {
    expect(SEEDS.map(([file]) => file).sort()).toEqual(readdirSync(join(FIXTURES, "seeds")).sort());
  });

  it.each(SEEDS)("%s crashes no rule when taken for any other component's", (file) => {
    for (const component of ["control-plane", "agent", "app-gateway", "redis", "serving"] as const) {
      const { findings } = lintFixture(component, `seeds/${file}`);
      expect(findings.filter((each) => each.message.includes("this is a bug"))).toEqual([]);
    }
  });
});
