import { afterEach, describe, expect, it, vi } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { CHECKS } from "../../../src/preflight/checks/index.ts";
import type { Check, PreflightFinding } from "../../../src/preflight/model.ts";
import { preflight, preflightTable, throwPreflight } from "../../../src/preflight/run.ts";
import { lookAt, use } from "./cluster.ts";

const finding = (severity: PreflightFinding["severity"], check = "nodes"): PreflightFinding => ({
  check,
  severity,
  message: `${severity} of ${check}`,
  hint: "repair it",
});

function check(name: string, find: Check["find"]): Check {
  return { name, looksAt: `the ${name}`, needs: `list ${name}`, find };
}

afterEach(() => void vi.useRealTimers());

describe("a preflight", () => {
  it("tells the worst first, and what it could not look at", async () => {
    const found = await preflight(lookAt({}), [
      check("a", async () => [finding("info"), finding("warning")]),
      check("b", async () => {
        throw new UserError({ message: "refused (403)\nmore" });
      }),
      check("c", async () => {
        throw new TypeError("a fault of ours");
      }),
      check("d", async () => [finding("error")]),
    ]);
    expect(found.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      "error: error of nodes",
      "warning: warning of nodes",
      "warning: could not check the b: refused (403)",
      "warning: could not check the c: a fault of ours",
      "info: info of nodes",
    ]);
    expect(found[2]?.hint).toBe("it takes the right to list b");
  });

  it("does not wait for ever, and ends with the run", async () => {
    vi.useFakeTimers();
    const late = preflight(lookAt({}), [check("slow", () => new Promise(() => undefined))]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect((await late)[0]?.message).toBe("could not check the slow: no answer within 15 s");

    const run = new AbortController();
    const base = lookAt({});
    const cancelled = preflight({ ...base, context: { ...base.context, signal: run.signal } }, [
      check("slow", () => new Promise(() => undefined)),
    ]);
    run.abort();
    expect((await cancelled)[0]?.message).toBe("could not check the slow: the run was cancelled");
  });

  it("reads the namespaces once for all checks", async () => {
    const read: string[] = [];
    const base = lookAt({}, { uses: [use("redis"), use("agent"), use("billing", { namespace: "b" })] });
    const kubernetes = { ...base.kubernetes, get: async (path: string) => void read.push(path) };
    const asks = check("a", async (look) => ((await look.namespaces()).size > 0 ? [finding("info")] : []));
    await preflight({ ...base, kubernetes: kubernetes as never }, [asks, asks]);
    expect(read).toEqual(["/api/v1/namespaces/clearml", "/api/v1/namespaces/b"]);
  });

  it("of a cluster that refuses everything says so for every check that has to look", async () => {
    const base = lookAt({}, { uses: [use("control-plane"), use("network-isolation")] });
    const refuse = async () => {
      throw new UserError({ message: "forbidden" });
    };
    const kubernetes = {
      server: "",
      version: "v1.35.4",
      get: refuse,
      list: refuse,
      listMetadata: refuse,
      create: refuse,
    };
    const found = await preflight({ ...base, kubernetes: kubernetes as never }, CHECKS);
    const blind = found.filter(({ message }) => message.startsWith("could not check"));
    expect(blind.map((each) => each.check).sort()).toEqual([
      "foreign-release",
      "ingress-class",
      "namespace-terminating",
      "network-policy-engine",
      "nodes",
      "rights",
      "storage-class",
    ]);
    expect(found).toHaveLength(blind.length);
  });
});

describe("what was found", () => {
  function show(findings: readonly PreflightFinding[]) {
    const shown: string[] = [];
    const context = {
      annotate: (level: string, problem: { message: string }) =>
        void shown.push(`${level} ${problem.message}`),
      log: { info: (text: string) => void shown.push(text) },
    };
    try {
      throwPreflight(findings, context as never);
    } catch (thrown) {
      return { shown, thrown: thrown as UserError };
    }
    return { shown };
  }

  it("stops a run only when there is an error", () => {
    const { shown, thrown } = show([finding("warning"), finding("info", "pending")]);
    expect(thrown).toBeUndefined();
    expect(shown).toEqual(["warning nodes: warning of nodes", "pending: info of pending"]);
  });

  it("stops it with all errors at once", () => {
    const missing = { ...finding("error", "rights"), snippet: "kind: Role\n" };
    const { thrown } = show([missing, { ...finding("error", "charts"), kind: "input" }]);
    expect(thrown).toBeInstanceOf(UserError);
    expect(thrown?.kind).toBe("cluster");
    expect(thrown?.problems).toEqual([
      { message: "rights: error of rights", hint: "repair it:\nkind: Role\n" },
      { message: "charts: error of charts", hint: "repair it" },
    ]);
  });

  it("is the user's alone when only the input is wrong", () => {
    expect(show([{ ...finding("error", "charts"), kind: "input" }]).thrown?.kind).toBe("input");
  });

  it("makes a table, with what is to be copied below it", () => {
    const table = preflightTable([
      finding("warning"),
      { ...finding("error", "rights"), snippet: "kind: Role\n" },
    ]);
    expect(table).toBe(
      [
        "|  | Check | Found | Repair |",
        "| --- | --- | --- | --- |",
        "| warning | `nodes` | warning of nodes | repair it |",
        "| error | `rights` | error of rights | repair it |",
        "",
        "<details><summary>rights: error of rights</summary>",
        "",
        "```yaml",
        "kind: Role",
        "```",
        "",
        "</details>",
      ].join("\n"),
    );
    expect(preflightTable([])).toBe("");
  });
});
