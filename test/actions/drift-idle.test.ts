/** A cluster in which everybody writes and nobody has made a mistake: detect-drift finds nothing, however often it looks. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { auditedSince, writes } from "../support/audit.ts";
import { type BusyCluster, SERVER_SIDE, startBusyCluster } from "../support/drift/busy-cluster.ts";
import { inShort, type Report } from "../support/drift/scans.ts";
import { upgradeByHand } from "../support/drift/seeds.ts";
import { ALL_SECRETS } from "../support/full-stack.ts";

const SCANS = 20;

let busy: BusyCluster;
beforeAll(async () => {
  busy = await startBusyCluster({ auditLog: true, contested: true });
});
afterAll(() => busy?.stop());

it("finds nothing in twenty scans, and writes nothing", async () => {
  const since = auditedSince(busy.deployment.world.cluster);
  for (let number = 1; number <= SCANS; number++) {
    const { report, code, complete, lines } = await busy.scan();
    expect(report.findings.map(inShort), lines.join("\n")).toEqual([]);
    expect(report.partial).toEqual([]);
    expect({ code, complete }).toEqual({ code: 0, complete: true });
  }
  expect(writes(since()).map(({ verb, uri }) => `${verb} ${uri}`)).toEqual([]);
});

it("has asked the webhooks for their opinion", () => {
  expect(busy.webhooks.asked).toContainEqual({ dryRun: true, webhook: "settled" });
  expect(busy.webhooks.asked).toContainEqual({ dryRun: true, webhook: "restless" });
});

it("says so as an action too, and tells what it has looked at", async () => {
  const run = await busy.detect();
  expect(run.code, run.stdout).toBe(0);
  expect(run.outputs).toMatchObject({ drifted: "false", complete: "true" });
  const text = readFileSync(run.outputs.report ?? "", "utf8");
  const report = JSON.parse(text) as Report;
  // Control plane, Redis, two busy releases, and two of each tenant.
  expect(report.scanned.releases).toBe(8);
  expect(report.scanned.objects).toBeGreaterThan(80);
  expect(report.notes.join("\n")).toContain("cfgi/prepare");
  const shown = run.stdout.replaceAll(/^::add-mask::.*$/gm, "");
  for (const secret of [...Object.values(ALL_SECRETS), "canary-chart-secret-40417"])
    expect(`${text}${shown}${run.summary}`).not.toContain(secret);
});

it("promises no upgrade where controllers hold what the chart says, and there is none", async () => {
  const { namespace, release } = SERVER_SIDE;
  const removal = JSON.stringify([{ op: "remove", path: "/spec/template/spec/containers/0/env/1" }]);
  await busy.kubectl(["-n", namespace, "patch", "deployment/web", "--type=json", "--patch", removal]);
  const { report } = await busy.scan();
  expect(report.findings.map(inShort)).toEqual([
    "modified fractional-gpu-injector Deployment cfgi/web /spec/template/spec/containers/name=web/env/name=SIZE repairs: conflict",
  ]);
  const chart = join(busy.deployment.world.folder, "charts", "busy");
  await expect(upgradeByHand(busy, { release, namespace, chart, set: "a=b" })).rejects.toThrow(/conflict/);
});
