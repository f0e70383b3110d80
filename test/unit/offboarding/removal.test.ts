import { beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { ClusterSession } from "../../../src/deploy/session.ts";
import type { Environment } from "../../../src/environment/model.ts";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { findPlace } from "../../../src/offboarding/place.ts";
import { readTenantReleases } from "../../../src/offboarding/releases.ts";
import { type Removal, removeRelease, repairReleases } from "../../../src/offboarding/removal.ts";
import { load, SOUND } from "../environment/support.ts";
import { clusterOf, type Given, namespace, refused, release } from "./cluster.ts";

let environment: Environment;
beforeAll(async () => {
  environment = await load({ "clearml.yaml": SOUND });
});

const agent = (status: string): Given => release({ name: "clearml-agent", chart: "clearml-agent", status });

/** A removal with a Helm that does what it is told to. */
async function removal(objects: Given[], uninstall: () => Promise<void> = async () => undefined) {
  const lines: string[] = [];
  const marked: string[] = [];
  const kubernetes = Object.assign(clusterOf(objects), {
    async replace(_: string, object: KubernetesObject) {
      marked.push(`${object.metadata.name} ${object.metadata.labels?.status}`);
      return object;
    },
  });
  const log = { info: (line: string) => void lines.push(line) };
  const context = { log, env: {}, signal: new AbortController().signal };
  const cluster = {
    ...{ context, kubernetes, environment, helm: { uninstall }, timeoutMs: 600_000 },
  } as unknown as ClusterSession;
  const place = await findPlace(kubernetes, environment, "acme");
  const releases = await readTenantReleases(kubernetes, environment, place);
  const work: Removal = { cluster, place, lock: {} };
  return { work, releases, lines, marked };
}

describe("a release that is removed", () => {
  it("is left alone by us when Helm has done its work", async () => {
    const { work, releases, lines, marked } = await removal([namespace("acme"), agent("deployed")]);
    for (const each of releases) await removeRelease(work, each);
    expect(lines).toEqual(["agent: removing clearml-agent 1.2.3, release acme/clearml-agent"]);
    expect(marked).toEqual([]);
  });

  it("is marked when Helm was interrupted, so that the next run can go on", async () => {
    const objects = [namespace("acme"), agent("deployed")];
    const { work, releases, marked } = await removal(objects, async () => {
      objects[1] = agent("uninstalling");
      throw new UserError({ message: "interrupted" }, { kind: "cluster" });
    });
    const [first] = releases;
    const error = await refused(first ? removeRelease(work, first) : Promise.resolve());
    expect(error.message).toBe("interrupted");
    expect(marked).toEqual(["sh.helm.release.v1.clearml-agent.v1 failed"]);
  });

  it("whose hook fails is told with the way around the hook", async () => {
    const { work, releases } = await removal([namespace("acme"), agent("deployed")], async () => {
      throw new UserError({ message: "pre-delete hook failed", hint: "look at it" }, { kind: "cluster" });
    });
    const [first] = releases;
    const error = await refused(first ? removeRelease(work, first) : Promise.resolve());
    expect(error.problems[0]?.hint).toMatch(/^look at it; .*helm -n acme uninstall clearml-agent --no-hooks/);
  });
});

describe("a release that a dead run has left half removed", () => {
  it("is somebody's who may be at work, as long as nothing proves the end", async () => {
    const written = new Date().toISOString();
    const left = agent("uninstalling");
    left.metadata.creationTimestamp = written;
    const { work, releases, marked } = await removal([namespace("acme"), left]);
    expect((await refused(repairReleases(work, releases))).kind).toBe("busy");
    expect(marked).toEqual([]);
  });

  it("is marked when the run that began it is known to be dead", async () => {
    const left = agent("uninstalling");
    left.metadata.creationTimestamp = new Date().toISOString();
    const { work, releases, marked } = await removal([namespace("acme"), left]);
    const [since, until] = [new Date(Date.now() - 60_000), new Date()];
    const predecessor = { holder: "a run", since, until, proof: "its process has ended", certain: true };
    const repaired = await repairReleases({ ...work, lock: { predecessor } }, releases);
    expect(repaired).toHaveLength(1);
    expect(marked).toEqual(["sh.helm.release.v1.clearml-agent.v1 failed"]);
  });

  it("needs nothing when its Helm has finished meanwhile", async () => {
    const objects = [namespace("acme"), agent("uninstalling")];
    const { work, releases } = await removal(objects);
    objects.length = 1;
    expect(await repairReleases(work, releases)).toEqual([]);
  });
});
