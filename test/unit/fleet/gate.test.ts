import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { passGate } from "../../../src/fleet/gate.ts";
import type { Fleet, Shard, WaveName } from "../../../src/fleet/model.ts";
import { inFolder } from "../environment/support.ts";
import { recordingContext } from "./support.ts";

const shard = (number: number, wave: WaveName, tenants: string[]): Shard => ({
  shard: number,
  wave,
  tenants,
  maxFailures: 0,
});

/** 1 canary, 9 tenants in the second wave, 10 in the last; 10 % may fail. */
const FLEET: Fleet = {
  version: 1,
  environment: "test",
  budget: { kind: "percent", value: 10 },
  shards: [
    shard(1, "canary", ["acme"]),
    shard(2, "5", ["b1", "b2", "b3", "b4", "b5"]),
    shard(3, "5", ["b6", "b7", "b8", "b9"]),
    shard(4, "rest", ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10"]),
  ],
  removed: [],
};

interface Result {
  tenant: string;
  outcome: string;
  gatewayUrl?: string;
  message?: string;
}

/** The file of a job whose tenants came out well but for these. */
function report(number: number, other: Readonly<Record<string, Partial<Result>>> = {}): [string, string] {
  const tenants = FLEET.shards
    .filter((each) => each.shard === number)
    .flatMap((each) => each.tenants)
    .map((tenant) => ({ tenant, outcome: "unchanged", ...other[tenant] }));
  return [`fleet-${number}/shard-${number}.json`, JSON.stringify({ shard: number, tenants })];
}

/** Runs the gate after a wave, on a folder with these files. */
async function gate(wave: WaveName, reports: [string, string][], smoke = false) {
  const files = { "fleet/fleet.json": JSON.stringify(FLEET), ...Object.fromEntries(reports) };
  return inFolder(files, async (folder) => {
    const { context, said, done } = recordingContext();
    let known: { failed: number; count: number } | undefined;
    let thrown: unknown;
    try {
      const pace = { rounds: 3, pauseMs: 1 };
      await passGate({ results: ".", wave, smoke, pace }, folder, context, (told) => {
        known = told;
      });
    } catch (error) {
      thrown = error;
    } finally {
      done();
    }
    const stop = thrown instanceof UserError && thrown.kind === "findings" ? thrown.message : undefined;
    if (thrown !== undefined && stop === undefined) throw thrown;
    return { known, stop, ...said };
  });
}

const failed = (message = "the company's name is taken") => ({ outcome: "failed", message });

describe("a gate", () => {
  it("opens after a canary that came out well", async () => {
    const { known, stop, summary } = await gate("canary", [report(1)]);
    expect(stop).toBeUndefined();
    expect(known).toEqual({ failed: 0, count: 1 });
    expect(summary).toContain("The roll-out goes on.");
    expect(summary).toContain('n0["canary<br/>1 tenant<br/>done"]:::done');
    expect(summary).toContain('n1["5 %<br/>9 tenants<br/>waiting"]:::waiting');
    expect(summary).toContain("  n0 --> n1\n  n1 --> n2");
    expect(summary).toContain("<summary>1 done, 19 waiting</summary>");
  });

  it("stays shut after a canary that failed, and says which", async () => {
    const { known, stop, summary } = await gate("canary", [report(1, { acme: failed() })]);
    expect(stop).toContain("the roll-out stops after wave `canary`: a canary failed: `acme`");
    expect(known).toEqual({ failed: 1, count: 1 });
    expect(summary).toContain("| ❌ `acme` | canary | 1 | failed | the company&#39;s name is taken |");
    expect(summary).toContain('n2["rest<br/>10 tenants<br/>held back"]:::waiting');
  });

  it("adds up the failures of all waves so far", async () => {
    const second = [report(1), report(2, { b1: failed() }), report(3)];
    expect((await gate("5", second)).stop).toBeUndefined();
    const within = await gate("rest", [...second, report(4, { c1: failed() })]);
    expect(within).toMatchObject({ stop: undefined, known: { failed: 2, count: 20 } });
    expect(within.summary).toContain("The roll-out is through.");
    const beyond = await gate("rest", [...second, report(4, { c1: failed(), c2: failed() })]);
    expect(beyond.stop).toContain("3 of 20 tenants failed, and the error budget is 10 %");
  });

  it("counts a tenant as failed that nothing was heard of: its job was lost, or stopped before", async () => {
    const lost = await gate("5", [report(1), report(2)]);
    expect(lost.stop).toContain("4 of 10 tenants failed");
    expect(lost.summary).toContain("| ❔ `b6` | 5 % | 3 | no result | its job said nothing about it |");
    const stopped: [string, string] = [
      "s.json",
      JSON.stringify({ shard: 2, tenants: [{ tenant: "b1", outcome: "changed" }] }),
    ];
    expect((await gate("5", [report(1), stopped, report(3)])).known).toEqual({ failed: 4, count: 10 });
  });

  it("does not take a word it does not know for a good one", async () => {
    expect((await gate("canary", [report(1, { acme: { outcome: "skipped" } })])).known?.failed).toBe(1);
  });

  it("passes over a damaged report, and says so", async () => {
    const { known, annotations } = await gate("canary", [["half.json", '{"shard": 1, "ten'], report(1)]);
    expect(known?.failed).toBe(0);
    expect(annotations).toMatchObject([
      ["warning", { message: "half.json among the results is no report of a job" }],
    ]);
  });

  it("needs the fleet", () =>
    inFolder({ "x.json": "{}" }, async (folder) => {
      const { context, done } = recordingContext();
      const work = passGate({ results: "nope", wave: "5", smoke: false }, folder, context, () => undefined);
      await expect(work).rejects.toThrow("input `results`: nope holds no fleet.json");
      done();
    }));

  it("lets no message break out of the summary", async () => {
    const evil = failed("| x | </details> @octocat ```\n## broken");
    const { summary } = await gate("canary", [report(1, { acme: evil })]);
    expect(summary.match(/<\/details>/g)).toHaveLength(1);
    expect(summary).not.toMatch(/@octocat|^## broken/m);
  });

  it("fits into what GitHub takes of a summary", async () => {
    const names = Array.from(
      { length: 10_000 },
      (_, index) => `a-tenant-with-a-name-of-some-length-${index}`,
    );
    const large = { ...FLEET, shards: [shard(1, "rest", names)] };
    const tenants = names.map((tenant) => ({ tenant, ...failed("x".repeat(1_000)) }));
    const files = { "fleet.json": JSON.stringify(large), "1.json": JSON.stringify({ shard: 1, tenants }) };
    await inFolder(files, async (folder) => {
      const { context, said, done } = recordingContext();
      await passGate({ results: ".", wave: "rest", smoke: false }, folder, context, () => undefined).catch(
        () => undefined,
      );
      expect(Buffer.byteLength(said.summary)).toBeLessThan(1024 * 1024);
      expect(said.summary).toContain("and 8000 more");
      done();
    });
  });
});

describe("the smoke test of the gateways", () => {
  let server: Server;
  let at: string;
  const asked: string[] = [];
  beforeAll(async () => {
    const seen = new Map<string, number>();
    server = createServer((request, response) => {
      const path = request.url ?? "";
      asked.push(`${path} ${request.headers.cookie ?? "no cookie"}`);
      const times = (seen.get(path) ?? 0) + 1;
      seen.set(path, times);
      const status = path === "/late" ? (times < 3 ? 404 : 302) : Number(path.slice(1));
      response.writeHead(status, status === 302 ? { location: "/login" } : {}).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  const smoke = async (gatewayUrl: string) =>
    (await gate("canary", [report(1, { acme: { gatewayUrl } })], true)).known;

  it.each([
    ["200", 0],
    ["302", 0],
    ["401", 0],
    ["403", 0],
    ["404", 1],
    ["500", 1],
    ["502", 1],
    ["503", 1],
    ["late", 0],
  ])("an answer of %s: %i failed", async (path, count) =>
    expect((await smoke(`${at}/${path}`))?.failed).toBe(count),
  );

  it("asks without a cookie, and follows no redirect", () => {
    expect(asked).toContain("/302 no cookie");
    expect(asked.filter((each) => each.startsWith("/login"))).toEqual([]);
  });

  it.each(["http://127.0.0.1:9/", "file:///etc/passwd", "no address"])("fails for %s", async (url) =>
    expect((await smoke(url))?.failed).toBe(1),
  );

  it("says in the summary what was answered", async () => {
    const { summary, stop } = await gate("canary", [report(1, { acme: { gatewayUrl: `${at}/502` } })], true);
    expect(stop).toContain("a canary failed: `acme`");
    expect(summary).toContain("/502 answers 502: nothing works behind the ingress controller");
  });

  it("is not made of tenants that failed, nor of those that wait", async () => {
    asked.length = 0;
    await gate(
      "canary",
      [
        report(1, { acme: { ...failed(), gatewayUrl: `${at}/200` } }),
        report(4, { c1: { gatewayUrl: `${at}/200` } }),
      ],
      true,
    );
    expect(asked).toEqual([]);
  });
});
