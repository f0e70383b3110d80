import { describe, expect, it } from "vitest";
import type { TenantFacts } from "../../../src/deploy/tenant/values/facts.ts";
import { withTenantFacts } from "../../../src/deploy/tenant/values/values.ts";
import { type Values, valueAt } from "../../../src/overrides/values.ts";
import { FACTS, notes } from "./tenant-facts.ts";

const agent = { id: "agent", namespace: "acme-ns" } as const;

function filled(values: Values, version?: string, facts: TenantFacts = FACTS): Values {
  return withTenantFacts({ ...agent, ...(version ? { version } : {}) }, values, facts);
}

describe("an agent", () => {
  it("gets its secret, addresses and queues", () => {
    expect(filled({ agentk8sglue: { webServerUrlReference: "https://mine" } })).toEqual({
      clearml: { existingAgentk8sglueSecret: "clearml-agent-credentials" },
      agentk8sglue: {
        apiServerUrlReference: "https://api.x",
        fileServerUrlReference: "https://files.x",
        webServerUrlReference: "https://mine",
        queues: { default: { templateOverrides: {} }, "team.a": { templateOverrides: {} } },
        appsQueue: { enabled: true },
      },
    });
  });

  it.each([
    ["1.24.0", true],
    ["6.9.2", true],
    ["v6.9.3", false],
    ["6.14.6", false],
    [undefined, false],
  ])("of chart %s gets the pair itself: %s", (version, expected) => {
    const clearml = valueAt(filled({}, version), ["clearml"]) as Values;
    expect(clearml.existingAgentk8sglueSecret).toBe("clearml-agent-credentials");
    expect(clearml.agentk8sglueKey).toBe(expected ? "AGENTKEY" : undefined);
    expect(clearml.agentk8sglueSecret).toBe(expected ? "AGENTSECRET" : undefined);
  });

  it("tells its version by the name of a file", () => {
    const chart = "charts/clearml-enterprise-agent-1.24.0.tgz";
    const values = withTenantFacts({ ...agent, chart }, {}, FACTS);
    expect(valueAt(values, ["clearml", "agentk8sglueKey"])).toBe("AGENTKEY");
  });

  it.each(["agentk8sglueKey", "agentk8sglueSecret", "existingAgentk8sglueSecret"])(
    "keeps its own %s and gets nothing beside it",
    (name) => {
      expect(filled({ clearml: { [name]: "OWN" } }, "1.24.0").clearml).toEqual({ [name]: "OWN" });
    },
  );

  it("gets its name for sessions only where port mode is on", () => {
    expect(filled({ sessions: { portModeEnabled: true } }).sessions).toEqual({
      portModeEnabled: true,
      agentID: "acme-ns",
    });
    expect(filled({ sessions: { portModeEnabled: false } }).sessions).toEqual({ portModeEnabled: false });
  });
});

describe("queues of an agent", () => {
  const own = { gpu: { templateOverrides: { labels: { a: "b" } } } };
  it.each<[string, Values, unknown]>([
    ["the file's, where it names none", {}, { default: {}, "team.a": {} }],
    ["the file's, where its map is empty", { queues: {} }, { default: {}, "team.a": {} }],
    ["the file's, where its map is null", { queues: null }, { default: {}, "team.a": {} }],
    ["its own, where it names one", { queues: own }, { gpu: { labels: { a: "b" } } }],
    ["its own, as the public chart names it", { queue: "default" }, {}],
  ])("are %s", (_, agentk8sglue, expected) => {
    const queues = (valueAt(filled({ agentk8sglue }), ["agentk8sglue", "queues"]) ?? {}) as Record<
      string,
      { templateOverrides: unknown }
    >;
    const templates = Object.entries(queues).map(([name, { templateOverrides }]) => [
      name,
      templateOverrides,
    ]);
    expect(Object.fromEntries(templates)).toEqual(expected);
  });

  it("that nobody serves are named", () => {
    const values = { agentk8sglue: { queues: { default: {} } } };
    expect(notes(agent, values)).toEqual([
      "the agent serves `default` and not `team.a`, so tasks there wait; add it below `agentk8sglue.queues`",
    ]);
    expect(notes(agent, { agentk8sglue: { queues: own } })).toEqual([
      "the agent serves `gpu` and not `default`, `team.a`, so tasks there wait; add them below `agentk8sglue.queues`",
    ]);
    expect(notes(agent, {})).toEqual([]);
  });
});

describe("the queue of applications", () => {
  const perTenant = FACTS.controlPlane;
  const path = ["agentk8sglue", "appsQueue", "enabled"];
  it.each([
    ["on", perTenant, "6.9.4", true],
    ["on, where the version is not known", perTenant, undefined, true],
    ["not there before 6.9.4", perTenant, "6.9.3", undefined],
    [
      "left alone with one queue for all",
      { clearmlApplications: { queueMode: "global" } },
      "6.14.6",
      undefined,
    ],
    ["left alone where the control plane says nothing", {}, "6.14.6", undefined],
  ])("is %s", (_, controlPlane, version, expected) => {
    expect(valueAt(filled({}, version, { ...FACTS, controlPlane }), path)).toBe(expected);
  });

  it("that is missing is named", () => {
    const off = { agentk8sglue: { appsQueue: { enabled: false } } };
    expect(notes(agent, off)).toEqual([
      expect.stringMatching(/this one does not take them: take `agentk8sglue.appsQueue.enabled: false` out/),
    ]);
    expect(notes({ ...agent, version: "6.9.3" }, {})).toEqual([
      expect.stringMatching(/no queue for applications before 6\.9\.4/),
    ]);
    expect(notes(agent, off, { ...FACTS, controlPlane: {} })).toEqual([]);
  });
});
