import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Context } from "../../../src/core/context.ts";
import { UserError } from "../../../src/core/errors.ts";
import { createSecrets } from "../../../src/core/secrets.ts";
import type { Probe, SmokeCheck, SmokeResult, SmokeStatus } from "../../../src/smoke/model.ts";
import { runChecks } from "../../../src/smoke/runner.ts";

function probe(signal = new AbortController().signal): Probe {
  const secrets = createSecrets(() => undefined);
  secrets.mask("hidden-word");
  return { context: { secrets } as unknown as Context, signal } as Probe;
}

interface Parts extends Partial<SmokeCheck> {
  gives?: SmokeStatus;
}

function check(name: string, { gives = "pass", ...parts }: Parts = {}): SmokeCheck {
  const run = async (): Promise<SmokeResult> => ({ status: gives, detail: `${name} was seen` });
  return { name, group: "outside", proves: name, run, ...parts };
}

async function statuses(checks: readonly SmokeCheck[], signal?: AbortSignal) {
  const entries = await runChecks(checks, probe(signal));
  return Object.fromEntries(entries.map(({ name, status }) => [name, status]));
}

describe("checks", () => {
  it("are reported in their order, whichever ends first", async () => {
    const order: string[] = [];
    const slow = check("slow", {
      run: async () => {
        await sleep(20);
        return { status: "pass", detail: "" };
      },
    });
    const entries = await runChecks([slow, check("quick")], probe(), ({ name }) => order.push(name));
    expect(entries.map(({ name }) => name)).toEqual(["slow", "quick"]);
    expect(order).toEqual(["quick", "slow"]);
    expect(entries[0]?.durationMs).toBeGreaterThanOrEqual(15);
  });

  it("that rest on a failure are skipped, and so is what rests on them", async () => {
    const checks = [
      check("third", { after: ["second"] }),
      check("first", { gives: "fail" }),
      check("second", { after: ["first"] }),
      check("other"),
    ];
    expect(await statuses(checks)).toEqual({ first: "fail", second: "skip", third: "skip", other: "pass" });
    const [third] = await runChecks(checks, probe());
    expect(third?.detail).toBe("not looked at: it rests on `second`, which was not looked at either");
  });

  it.each(["skip", "info", "pass"] as const)("that say %s by themselves hold up no others", async (gives) => {
    const checks = [check("first", { gives }), check("second", { after: ["first", "not-selected"] })];
    expect(await statuses(checks)).toEqual({ first: gives, second: "pass" });
  });

  it("that throw have failed, with the words and the repair, and without secrets", async () => {
    const run = () =>
      Promise.reject(new UserError({ message: "no answer for hidden-word\nmore", hint: "ask hidden-word" }));
    const [entry] = await runChecks([check("a", { run })], probe());
    expect(entry).toMatchObject({ status: "fail", detail: "no answer for ***", hint: "ask ***" });
  });

  it("that do not end are given up soon after time is up", async () => {
    const run = () => new Promise<SmokeResult>(() => undefined);
    const [entry] = await runChecks([check("a", { run })], probe(AbortSignal.timeout(10)), undefined, 20);
    expect(entry).toMatchObject({ status: "fail", detail: "it had not ended when the time was up" });
    expect(entry?.durationMs).toBeGreaterThanOrEqual(25);
  });

  it("that come last run after all of their group, also after failures and a cancel", async () => {
    const order: string[] = [];
    const note = (name: string, gives: SmokeStatus) => async (): Promise<SmokeResult> => {
      order.push(name);
      await sleep(1);
      order.push(`${name} ended`);
      return { status: gives, detail: "" };
    };
    const checks = [
      check("clean-up", { lastly: true, run: note("clean-up", "pass") }),
      check("a", { run: note("a", "fail") }),
      check("b", { after: ["a"], run: note("b", "pass") }),
    ];
    expect(await statuses(checks, AbortSignal.abort())).toEqual({ "clean-up": "pass", a: "fail", b: "skip" });
    expect(order).toEqual(["a", "a ended", "clean-up", "clean-up ended"]);
  });
});
