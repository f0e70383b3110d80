import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { isPending, markFailed, type RepairOptions, repairPending } from "../../src/helm/pending.ts";
import { type ReleaseRecord, readReleases } from "../../src/helm/record.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type FaultProxy, type FaultRule, startFaultProxy } from "../support/fault-proxy.ts";
import { MAJORS, type Major, type RealHelm, realHelm } from "../support/real-helm.ts";

const CHART = resolve(import.meta.dirname, "../fixtures/charts/redis");
const RELEASE = "redis";

let cluster: Cluster;
let proxy: FaultProxy;
let real: RealHelm;
let programs: Record<Major, string>;

beforeAll(async () => {
  [cluster, programs] = await Promise.all([startCluster(), ensureTools(["helm", "helm3"])]);
  [proxy, real] = await Promise.all([startFaultProxy(cluster), realHelm(cluster.kubeconfig)]);
});
afterAll(async () => {
  await real?.stop();
  await proxy?.stop();
  await cluster?.stop();
});
beforeEach(() => proxy.clear());

/** An upgrade that changes the pods. */
function upgrade(namespace: string, generation: number): string[] {
  const change = `master.podAnnotations.generation=g${generation}`;
  const target = ["--namespace", namespace, "--create-namespace", "--install"];
  return ["upgrade", RELEASE, CHART, ...target, "--set-string", change];
}

const rollback = (namespace: string) => ["rollback", RELEASE, "1", "--namespace", namespace];
const uninstall = (namespace: string) => ["uninstall", RELEASE, "--namespace", namespace];

async function newest(namespace: string): Promise<ReleaseRecord> {
  const record = (await readReleases(real.kubernetes, namespace)).get(RELEASE);
  if (!record) throw new Error(`no release in ${namespace}`);
  return record;
}

/** Runs Helm through the proxy and kills it as soon as a request comes that a rule is for. */
async function killed(major: Major, args: readonly string[], rules: readonly FaultRule[]): Promise<void> {
  for (const rule of rules) proxy.fault(rule);
  const child = spawn(programs[major], [...args, "--kubeconfig", proxy.kubeconfig], {
    env: { PATH: process.env.PATH, HOME: real.folder },
    stdio: "ignore",
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once("exit", (_, signal) => resolve(signal)),
  );
  const stopped = () =>
    proxy.requests.some(({ method, path, passedOn }) =>
      rules.some((rule) => {
        const fits = rule.method === method && rule.path?.test(path);
        return fits && passedOn === (rule.fault === "hang-after");
      }),
    );
  await expect.poll(stopped, { timeout: 20_000, interval: 10 }).toBe(true);
  // Passed on is not carried out yet.
  await new Promise((resolve) => setTimeout(resolve, 200));
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
  proxy.clear();
}

/** Helm 3 makes objects with POST and changes them with PATCH, Helm 4 does both with PATCH. */
const whenWriting = (resource: string): FaultRule[] =>
  ["POST", "PATCH", "DELETE"].map((method) => ({
    ...{ method, path: new RegExp(`/${resource}(/|$)`), fault: "hang" },
  }));
const afterMakingTheRecord: FaultRule[] = [
  { method: "POST", path: /\/secrets$/, times: 1, fault: "hang-after" },
];
const beforeWritingRevision = (revision: number): FaultRule[] => [
  {
    method: "PUT",
    path: new RegExp(`/sh\\.helm\\.release\\.v1\\.${RELEASE}\\.v${revision}$`),
    fault: "hang",
  },
];
const afterWritingRevision = (revision: number): FaultRule[] =>
  beforeWritingRevision(revision).map((rule) => ({ ...rule, times: 1, fault: "hang-after" }));

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
        await real.run(major, upgrade(namespace, generation));
      await killed(major, args(namespace), rules);
      const left = await newest(namespace);
      expect([left.status, left.revision, isPending(left)]).toEqual([status, revision, true]);
      await expect(real.run(major, upgrade(namespace, 9))).rejects.toThrow(
        /another operation|has no deployed releases/,
      );
      const secret = async () =>
        JSON.parse(await real.run("kubectl", ["-n", namespace, "get", "secret", left.secret, "-o", "json"]));
      const uid = (await secret()).metadata.uid;

      const marked = await markFailed(real.kubernetes, left, "its run was killed; marked failed by a test");

      expect(marked).toEqual(await newest(namespace));
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
      const history = await real.run(major, ["history", RELEASE, "-n", namespace, "-o", "json"]);
      expect(JSON.parse(history).at(-1)).toMatchObject({
        revision,
        status: "failed",
        description: "its run was killed; marked failed by a test",
      });

      await real.run(major, upgrade(namespace, 3));
      expect(await newest(namespace)).toMatchObject({ status: "deployed", revision: revision + 1 });
      const pods = await real.run("kubectl", ["-n", namespace, "get", "statefulsets,services,secrets"]);
      expect(pods).toMatch(
        /statefulset\.apps\/redis-master[\s\S]*service\/redis-master[\s\S]*secret\/redis /,
      );
      const template = ["-n", namespace, "get", "statefulsets", "-o", "json"];
      expect(await real.run("kubectl", template)).toContain('"generation": "g3"');
    },
  );

  it("after its last write, leaves nothing to repair", async () => {
    const namespace = `${major}-done`;
    await killed(major, upgrade(namespace, 1), afterWritingRevision(1));
    const left = await newest(namespace);
    expect([left.status, isPending(left)]).toEqual(["deployed", false]);
    expect(await markFailed(real.kubernetes, left, "never")).toEqual(left);
    expect(await newest(namespace)).toEqual(left);
  });
});

describe("a pending revision", () => {
  const namespaces = ["mine-1", "mine-2", "theirs"];
  const NOBODY = { settle: () => undefined };
  const context = {
    env: { GITHUB_REPOSITORY: "acme/clusters", GITHUB_RUN_ID: "9" },
    signal: new AbortController().signal,
  };
  let lines: string[];
  let pending: ReleaseRecord[];
  let settled: number;

  beforeEach(async () => {
    [lines, settled] = [[], 0];
    for (const namespace of namespaces) {
      await real.run("kubectl", ["delete", "namespace", namespace, "--ignore-not-found"]);
      await killed("helm", upgrade(namespace, 1), afterMakingTheRecord);
    }
    pending = await Promise.all(namespaces.map(newest));
  });

  const repair = (options: Partial<RepairOptions>, records = pending) => {
    const log = {
      info: (line: string) => void lines.push(line),
      debug: () => undefined,
      group: undefined as never,
    };
    const { predecessor } = options.lock ?? {};
    const lock = { ...(predecessor ? { predecessor } : {}), settle: () => void settled++ };
    const terms = { explicit: false, timeoutMs: 60_000, ...options, lock };
    return repairPending({ ...context, log }, real.kubernetes, records, terms);
  };
  const refusal = async (work: Promise<unknown>) => {
    const thrown = await work.catch((reason: unknown) => reason);
    if (thrown instanceof UserError) return thrown;
    throw new Error(`no UserError but ${String(thrown)}`);
  };
  const predecessor = (certain: boolean, until = new Date()) => ({
    ...{
      holder: "run 41",
      since: new Date(Date.now() - 600_000),
      until,
      proof: "run 41 is completed",
      certain,
    },
  });

  it("of a run that is gone for certain is repaired at once, and the lock is told", async () => {
    const started = performance.now();
    const repaired = await repair({ lock: { ...NOBODY, predecessor: predecessor(true) } });
    expect(performance.now() - started).toBeLessThan(1_500);
    expect([...repaired.keys()]).toEqual(pending);
    expect([...repaired.values()].map(({ status, description }) => [status, description])).toEqual(
      namespaces.map(() => [
        "failed",
        "pending-install was left behind by run 41: run 41 is completed; marked failed by https://github.com/acme/clusters/actions/runs/9/attempts/1",
      ]),
    );
    expect(lines[0]).toBe(
      "release mine-1/redis: revision 1 is marked failed now: pending-install was left behind by run 41: run 41 is completed",
    );
    expect(settled).toBe(1);
  });

  it("that nobody of ours has begun is refused, together with all others, and nothing is touched", async () => {
    const refused = await refusal(repair({ lock: { ...NOBODY, predecessor: predecessor(false) } }));
    expect([refused.kind, refused.problems.length, settled]).toEqual(["busy", 3, 0]);
    expect(refused.problems[0]?.message).toMatch(
      /^release mine-1\/redis: revision 1 is pending-install since \S+Z \(\d+ s\); run 41 may have begun it, and nothing proves its end \(run 41 is completed\)$/,
    );
    expect(await Promise.all(namespaces.map(newest))).toEqual(pending);
    const long = { ...predecessor(true), since: new Date(0), until: new Date(Date.now() - 600_000) };
    const later = await refusal(repair({ lock: { ...NOBODY, predecessor: long } }, pending.slice(0, 1)));
    expect(later.problems[0]?.message).toContain(
      "it was begun outside of these runs, and that Helm may be at work",
    );
    expect(later.problems[0]?.hint).toMatch(/run this again with `repair-pending: true` in \d+ s/);
  });

  it("is repaired when it is asked for after the time an operation may take, and when nothing moves", async () => {
    const early = await refusal(repair({ explicit: true }));
    expect(early.problems[0]?.hint).toMatch(/^if no Helm works on it, run this again in \d+ s: /);
    const started = performance.now();
    const repaired = await repair({ explicit: true, timeoutMs: 100, partial: true });
    expect(performance.now() - started).toBeGreaterThan(1_900);
    expect([...repaired.values()].map(({ status }) => status)).toEqual(["failed", "failed", "failed"]);
    expect(settled).toBe(0);
  });

  it("of a run whose end is uncertain is repaired after twice that time", async () => {
    const repaired = await repair({
      lock: { ...NOBODY, predecessor: predecessor(false) },
      timeoutMs: 100,
    });
    expect([...repaired.values()].map(({ status }) => status)).toEqual(["failed", "failed", "failed"]);
  });

  it("that is written between two looks is being worked on", async () => {
    const work = refusal(repair({ explicit: true, timeoutMs: 100 }));
    await new Promise((resolve) => setTimeout(resolve, 800));
    await real.run("kubectl", ["-n", "theirs", "label", "secret", pending[2]?.secret ?? "", "touched=yes"]);
    const refused = await work;
    expect(refused.problems).toHaveLength(1);
    expect(refused.message).toContain("release theirs/redis is being worked on");
    expect((await newest("mine-1")).status).toBe("pending-install");
  });

  it("that Helm ends meanwhile is taken as it is", async () => {
    const [first] = pending;
    if (!first) throw new Error("none");
    await markFailed(real.kubernetes, first, "by somebody else");
    const repaired = await repair({}, [first]);
    expect(repaired.get(first)).toMatchObject({ status: "failed", description: "by somebody else" });
  });

  it("is marked as it is now when somebody writes it at the same time; once ended it is left alone", async () => {
    const [first, second] = pending;
    if (!first || !second) throw new Error("none");
    /** Writes the Secret after each of so many reads. */
    const racing = (times: number, write: (record: ReleaseRecord) => Promise<unknown>) => {
      let left = times;
      return {
        replace: real.kubernetes.replace,
        async get(path: string) {
          const found = await real.kubernetes.get(path);
          if (left-- > 0) await write(path.includes("mine-1") ? first : second);
          return found;
        },
      };
    };
    const label = (record: ReleaseRecord) =>
      real.run("kubectl", ["-n", record.namespace, "label", "secret", record.secret, `at=${Date.now()}`]);
    expect((await markFailed(racing(1, label), first, "why")).description).toBe("why");
    const end = (record: ReleaseRecord) => markFailed(real.kubernetes, record, "ended by itself");
    expect((await markFailed(racing(1, end), second, "why")).description).toBe("ended by itself");
    const third = await newest("theirs");
    const always = await refusal(
      markFailed(
        {
          ...racing(0, label),
          async get(path) {
            const found = await real.kubernetes.get(path);
            await label(third);
            return found;
          },
        },
        third,
        "why",
      ),
    );
    expect(always.message).toContain("409");
    expect((await newest("theirs")).status).toBe("pending-install");
    expect((await refusal(markFailed(real.kubernetes, third, "why", "1"))).message).toContain(
      "being worked on",
    );
  });
});
