import { describe, expect, it } from "vitest";
import { profilesNeeded } from "../../../../src/mig/profiles/needed.ts";
import { load } from "../../environment/support.ts";
import { tenantWith } from "../../lint/support.ts";

const AGENT = "agent: { version: 6.14.6, overrides: [agent.yaml] }";
const needsOf = async (agent: string, components = AGENT) =>
  (await profilesNeeded(await load(tenantWith(components, { "agent.yaml": agent })))).map(
    ({ at: { file, line }, ...rest }) => ({ ...rest, at: `${file}:${line}` }),
  );

describe("the MIG profiles that queues ask for", () => {
  it("are those of each queue's template, with their place", async () => {
    const found = await needsOf(`agentk8sglue:
  basePodTemplate:
    resources: { limits: { nvidia.com/mig-1g.10gb: 1 } }
  queues:
    small: {}
    large:
      templateOverrides:
        resources:
          limits:
            nvidia.com/mig-3g.40gb: "2"
            nvidia.com/mig-2g.20gb.me: 1
    whole:
      templateOverrides: { resources: { limits: { nvidia.com/gpu: 1 } } }
`);
    expect(found).toEqual([
      { profile: "1g.10gb", tenant: "acme", queue: "small", count: 1, at: "agent.yaml:3" },
      { profile: "3g.40gb", tenant: "acme", queue: "large", count: 2, at: "agent.yaml:10" },
      { profile: "2g.20gb.me", tenant: "acme", queue: "large", count: 1, at: "agent.yaml:11" },
    ]);
  });

  it("are those of the common template where an agent names no queues", async () => {
    const found = await needsOf(`agentk8sglue:
  basePodTemplate:
    resources: { limits: { nvidia.com/mig-1g.10gb: 1 } }
`);
    expect(found).toEqual([{ profile: "1g.10gb", tenant: "acme", count: 1, at: "agent.yaml:3" }]);
  });

  it("are none of a queue that asks for none of it, or of an agent that is off", async () => {
    const zero =
      "agentk8sglue: { queues: { q: { templateOverrides: { resources: { limits: { nvidia.com/mig-1g.10gb: 0 } } } } } }";
    expect(await needsOf(zero)).toEqual([]);
    const one = zero.replace(": 0 ", ": 1 ");
    expect(await needsOf(one)).toHaveLength(1);
    expect(await needsOf(one, AGENT.replace("version", "enabled: false, version"))).toEqual([]);
  });
});
