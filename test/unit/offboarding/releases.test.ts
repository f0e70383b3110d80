import { beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "../../../src/environment/model.ts";
import { findPlace } from "../../../src/offboarding/place.ts";
import { readTenantReleases } from "../../../src/offboarding/releases.ts";
import { load, SOUND } from "../environment/support.ts";
import { clusterOf, type Given, namespace, OWN, refused, release } from "./cluster.ts";

const AGENT = release({ name: "clearml-agent", chart: "clearml-enterprise-agent" });
const GATEWAY = release({ name: "clearml-app-gateway", chart: "clearml-enterprise-app-gateway" });
const BY_HAND = "Install complete";

let files: Environment;
let without: Environment;

beforeAll(async () => {
  files = await load({
    "clearml.yaml": `${SOUND}tenants: tenants/*.yaml\n`,
    "tenants/acme.yaml":
      "name: acme\nadmin: { name: A, email: admin@acme.example }\ncomponents: { agent: { release: worker }, app-gateway: {} }\n",
  });
  without = await load({ "clearml.yaml": SOUND });
});

async function releases(environment: Environment, ...objects: Given[]): Promise<string[]> {
  const kubernetes = clusterOf(objects);
  const place = await findPlace(kubernetes, environment, "acme");
  const found = await readTenantReleases(kubernetes, environment, place);
  return found.map(({ use, record }) => `${use.id} ${record.namespace}/${record.release}`);
}

describe("a tenant's releases", () => {
  it.each<[string, "file" | "no file", Given[], string[]]>([
    ["none without a namespace", "file", [], []],
    [
      "gateways before agents, which they use",
      "no file",
      [namespace("acme"), AGENT, GATEWAY],
      ["app-gateway acme/clearml-app-gateway", "agent acme/clearml-agent"],
    ],
    [
      "those that the file names, whoever has installed them",
      "file",
      [namespace("acme"), release({ name: "worker", chart: "mine", description: BY_HAND })],
      ["agent acme/worker"],
    ],
    ["those that the file names no longer", "file", [namespace("acme"), AGENT], ["agent acme/clearml-agent"]],
    [
      "a chart of the user's own, by the name of its release",
      "no file",
      [namespace("acme"), release({ name: "clearml-agent", chart: "our-agent" })],
      ["agent acme/clearml-agent"],
    ],
    [
      "one that never was ready, of which Helm says so in place of us",
      "no file",
      [
        namespace("acme"),
        release({
          name: "clearml-agent",
          chart: "clearml-agent",
          status: "failed",
          description: "Release failed",
        }),
      ],
      ["agent acme/clearml-agent"],
    ],
    [
      "only those of the file in a namespace without its label",
      "file",
      [
        namespace("acme", {}),
        release({ name: "worker", chart: "clearml-enterprise-agent" }),
        GATEWAY,
        release({ name: "guest", chart: "guest", description: BY_HAND }),
        { ...AGENT, data: { release: "damaged" } },
      ],
      ["app-gateway acme/clearml-app-gateway", "agent acme/worker"],
    ],
    [
      "not those of others in a namespace that stays",
      "no file",
      [namespace("acme", OWN), AGENT, release({ name: "guest", chart: "guest", description: BY_HAND })],
      ["agent acme/clearml-agent"],
    ],
  ])("are %s", async (_, where, objects, expected) => {
    expect(await releases(where === "file" ? files : without, ...objects)).toEqual(expected);
  });

  it.each([
    ["of another chart", release({ name: "guest", chart: "guest", description: BY_HAND })],
    [
      "of an agent that somebody has installed by hand",
      release({ name: "second", chart: "clearml-agent", description: BY_HAND }),
    ],
    [
      "of an agent by hand under the usual name",
      release({ name: "clearml-agent", chart: "clearml-agent", description: BY_HAND }),
    ],
  ])("stop everything when there is one %s", async (_, foreign) => {
    const error = await refused(releases(without, namespace("acme"), GATEWAY, foreign));
    expect(error.problems).toHaveLength(1);
    expect(error.problems[0]?.message).toContain(`release acme/${foreign.metadata.labels?.name} (`);
  });
});
