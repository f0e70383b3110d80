import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isPending, markFailed } from "../../src/helm/pending.ts";
import type { FaultRule } from "../support/fault-proxy.ts";
import { MAJORS } from "../support/real-helm.ts";
import {
  afterMakingTheRecord,
  afterWritingRevision,
  beforeWritingRevision,
  RELEASE,
  rollback,
  type Stage,
  startStage,
  uninstall,
  upgrade,
  whenWriting,
} from "./pending-parts.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.stop());

interface Moment {
  what: string;
  /** Revisions made before, undisturbed. */
  before: number;
  args(namespace: string): string[];
  rules: FaultRule[];
  status: string;
  revision: number;
}

const install = { before: 0, args: (namespace: string) => upgrade(namespace, 1) };
const installing = { ...install, status: "pending-install", revision: 1 };
const upgrading = {
  before: 1,
  args: (namespace: string) => upgrade(namespace, 2),
  status: "pending-upgrade",
  revision: 2,
};
const rollingBack = { before: 2, args: rollback, status: "pending-rollback", revision: 3 };
const uninstalling = { before: 1, args: uninstall, status: "uninstalling", revision: 1 };

const MOMENTS: readonly Moment[] = [
  { ...installing, what: "a first install that has only begun", rules: afterMakingTheRecord },
  { ...installing, what: "a first install half done", rules: whenWriting("statefulsets") },
  { ...installing, what: "a first install but for its record", rules: beforeWritingRevision(1) },
  { ...upgrading, what: "an upgrade that has only begun", rules: afterMakingTheRecord },
  { ...upgrading, what: "an upgrade before its change", rules: whenWriting("statefulsets") },
  { ...upgrading, what: "an upgrade after its change", rules: beforeWritingRevision(1) },
  { ...upgrading, what: "an upgrade but for its record", rules: beforeWritingRevision(2) },
  { ...rollingBack, what: "a rollback that has only begun", rules: afterMakingTheRecord },
  { ...rollingBack, what: "a rollback before its change", rules: whenWriting("statefulsets") },
  { ...rollingBack, what: "a rollback but for its record", rules: beforeWritingRevision(3) },
  { ...uninstalling, what: "an uninstallation that has only begun", rules: afterWritingRevision(1) },
  { ...uninstalling, what: "an uninstallation half done", rules: whenWriting("services") },
];

describe.each(MAJORS)("%s, killed", (major) => {
  it.each(MOMENTS.map((moment, index) => ({ ...moment, namespace: `${major}-${index}` })))(
    "in $what, goes on from a record marked failed",
    async ({ namespace, before, args, rules, status, revision }) => {
      for (let generation = 1; generation <= before; generation++)
        await stage.real.run(major, upgrade(namespace, generation));
      await stage.killed(major, args(namespace), rules);
      const left = await stage.newest(namespace);
      expect([left.status, left.revision, isPending(left)]).toEqual([status, revision, true]);
      await expect(stage.real.run(major, upgrade(namespace, 9))).rejects.toThrow(
        /another operation|has no deployed releases/,
      );
      const secret = async () =>
        JSON.parse(
          await stage.real.run("kubectl", ["-n", namespace, "get", "secret", left.secret, "-o", "json"]),
        );
      const uid = (await secret()).metadata.uid;

      const marked = await markFailed(
        stage.real.kubernetes,
        left,
        "its run was killed; marked failed by a test",
      );

      expect(marked).toEqual(await stage.newest(namespace));
      expect(marked).toEqual({
        ...left,
        status: "failed",
        description: "its run was killed; marked failed by a test",
        resourceVersion: marked.resourceVersion,
        storedBytes: marked.storedBytes,
      });
      const { metadata } = await secret();
      expect([metadata.uid, metadata.labels.status]).toEqual([uid, "failed"]);
      expect(Math.abs(Number(metadata.labels.modifiedAt) - Date.now() / 1000)).toBeLessThan(10);
      const history = await stage.real.run(major, ["history", RELEASE, "-n", namespace, "-o", "json"]);
      expect(JSON.parse(history).at(-1)).toMatchObject({
        revision,
        status: "failed",
        description: "its run was killed; marked failed by a test",
      });

      await stage.real.run(major, upgrade(namespace, 3));
      expect(await stage.newest(namespace)).toMatchObject({ status: "deployed", revision: revision + 1 });
      const pods = await stage.real.run("kubectl", ["-n", namespace, "get", "statefulsets,services,secrets"]);
      expect(pods).toMatch(
        /statefulset\.apps\/redis-master[\s\S]*service\/redis-master[\s\S]*secret\/redis /,
      );
      const template = ["-n", namespace, "get", "statefulsets", "-o", "json"];
      expect(await stage.real.run("kubectl", template)).toContain('"generation": "g3"');
    },
  );

  it("after its last write, leaves nothing to repair", async () => {
    const namespace = `${major}-done`;
    await stage.killed(major, upgrade(namespace, 1), afterWritingRevision(1));
    const left = await stage.newest(namespace);
    expect([left.status, isPending(left)]).toEqual(["deployed", false]);
    expect(await markFailed(stage.real.kubernetes, left, "never")).toEqual(left);
    expect(await stage.newest(namespace)).toEqual(left);
  });
});
