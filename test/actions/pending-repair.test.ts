import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { markFailed, type RepairOptions, repairPending } from "../../src/helm/pending.ts";
import type { ReleaseRecord } from "../../src/helm/record.ts";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import { afterMakingTheRecord, type Stage, startStage, upgrade } from "./pending-parts.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.stop());

describe("a pending revision", () => {
  let namespaces: string[];
  let count = 0;
  const context = {
    env: { GITHUB_REPOSITORY: "acme/clusters", GITHUB_RUN_ID: "9" },
    signal: new AbortController().signal,
  };
  let lines: string[];
  let pending: ReleaseRecord[];

  beforeEach(async () => {
    lines = [];
    count++;
    namespaces = [`mine-${count}`, `also-${count}`, `theirs-${count}`];
    for (const namespace of namespaces)
      await stage.killed("helm", upgrade(namespace, 1), afterMakingTheRecord);
    pending = await Promise.all(namespaces.map(stage.newest));
  });

  const repair = (options: Partial<RepairOptions>, records = pending) => {
    const log = {
      info: (line: string) => void lines.push(line),
      debug: () => undefined,
      group: undefined as never,
    };
    const terms = { lock: {}, explicit: false, timeoutMs: 60_000, ...options };
    return repairPending({ ...context, log }, stage.real.kubernetes, records, terms);
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

  it("of a run that is gone for certain is repaired at once", async () => {
    const started = performance.now();
    const repaired = await repair({ lock: { predecessor: predecessor(true) } });
    expect(performance.now() - started).toBeLessThan(1_900);
    expect([...repaired.keys()]).toEqual(pending);
    expect([...repaired.values()].map(({ status, description }) => [status, description])).toEqual(
      namespaces.map(() => [
        "failed",
        "pending-install was left behind by run 41: run 41 is completed; marked failed by https://github.com/acme/clusters/actions/runs/9/attempts/1",
      ]),
    );
    expect(lines[0]).toBe(
      `release mine-${count}/redis: revision 1 is marked failed now: pending-install was left behind by run 41: run 41 is completed`,
    );
  });

  it("that nobody of ours has begun is refused, together with all others, and nothing is touched", async () => {
    const refused = await refusal(repair({ lock: { predecessor: predecessor(false) } }));
    expect([refused.kind, refused.problems.length]).toEqual(["busy", 3]);
    expect(refused.problems[0]?.message).toMatch(
      /^release mine-\d+\/redis: revision 1 is pending-install since \S+Z \(\d+ s\); run 41 may have begun it, and nothing proves its end \(run 41 is completed\)$/,
    );
    expect(await Promise.all(namespaces.map(stage.newest))).toEqual(pending);
    const long = { ...predecessor(true), since: new Date(0), until: new Date(Date.now() - 600_000) };
    const later = await refusal(repair({ lock: { predecessor: long } }, pending.slice(0, 1)));
    expect(later.problems[0]?.message).toContain(
      "it was begun outside of these runs, and that Helm may be at work",
    );
    expect(later.problems[0]?.hint).toMatch(/run this again with `repair-pending: true` in \d+ s/);
  });

  it("is repaired when it is asked for after the time an operation may take, and when nothing moves", async () => {
    const early = await refusal(repair({ explicit: true }));
    expect(early.problems[0]?.hint).toMatch(/^if no Helm works on it, run this again in \d+ s: /);
    const started = performance.now();
    const repaired = await repair({ explicit: true, timeoutMs: 50 });
    expect(performance.now() - started).toBeGreaterThan(1_900);
    expect([...repaired.values()].map(({ status }) => status)).toEqual(["failed", "failed", "failed"]);
  });

  it("of a run whose end is uncertain is repaired after twice that time", async () => {
    const repaired = await repair({
      lock: { predecessor: predecessor(false) },
      timeoutMs: 50,
    });
    expect([...repaired.values()].map(({ status }) => status)).toEqual(["failed", "failed", "failed"]);
  });

  it("that is written between two looks is being worked on", async () => {
    const work = refusal(repair({ explicit: true, timeoutMs: 50 }));
    await new Promise((resolve) => setTimeout(resolve, 800));
    // Without a program in between, whose start may take as long as the time between the looks.
    const path = `/api/v1/namespaces/${pending[2]?.namespace}/secrets/${pending[2]?.secret}`;
    const secret = (await stage.real.kubernetes.get(path)) as KubernetesObject;
    const labels = { ...secret.metadata.labels, touched: "yes" };
    await stage.real.kubernetes.replace(path, { ...secret, metadata: { ...secret.metadata, labels } });
    const refused = await work;
    expect(refused.problems).toHaveLength(1);
    expect(refused.message).toContain(`release theirs-${count}/redis is being worked on`);
    expect((await stage.newest(`mine-${count}`)).status).toBe("pending-install");
  });

  it("that Helm ends meanwhile is taken as it is", async () => {
    const [first] = pending;
    if (!first) throw new Error("none");
    await markFailed(stage.real.kubernetes, first, "by somebody else");
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
        replace: stage.real.kubernetes.replace,
        async get(path: string) {
          const found = await stage.real.kubernetes.get(path);
          if (left-- > 0) await write(path.includes("mine-") ? first : second);
          return found;
        },
      };
    };
    const label = (record: ReleaseRecord) =>
      stage.real.run("kubectl", [
        "-n",
        record.namespace,
        "label",
        "secret",
        record.secret,
        "--overwrite",
        `at=${Date.now()}`,
      ]);
    expect((await markFailed(racing(1, label), first, "why")).description).toBe("why");
    const end = (record: ReleaseRecord) => markFailed(stage.real.kubernetes, record, "ended by itself");
    expect((await markFailed(racing(1, end), second, "why")).description).toBe("ended by itself");
    const third = await stage.newest(`theirs-${count}`);
    const always = await refusal(
      markFailed(
        {
          ...racing(0, label),
          async get(path) {
            const found = await stage.real.kubernetes.get(path);
            await label(third);
            return found;
          },
        },
        third,
        "why",
      ),
    );
    expect(always.message).toContain("409");
    expect((await stage.newest(`theirs-${count}`)).status).toBe("pending-install");
    expect((await refusal(markFailed(stage.real.kubernetes, third, "why", "1"))).message).toContain(
      "being worked on",
    );
  });
});
