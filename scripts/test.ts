/**
 * Runs every test and ends with the true totals, alone on the last line: `N passed, N failed, N skipped`.
 * The unit tests run while missing tools are built; the tests against real parts follow, and the fuzzing goes on while
 * they wait.
 * Usage: node scripts/test.ts [vitest filter…]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "clearml-actions-test-"));
const filters = process.argv.slice(2);

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; status: string; assertionResults: unknown[] }[];
}

function run(file: string, args: readonly string[]): Promise<number> {
  return new Promise((done, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => done(code ?? 1));
  });
}

async function runProjects(...projects: string[]): Promise<Totals> {
  const report = join(scratch, `${projects.join("-")}.json`);
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const code = await run(process.execPath, [
    vitest,
    "run",
    ...projects.flatMap((project) => ["--project", project]),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    "--passWithNoTests",
    ...filters,
  ]);
  const result = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
  // A file that cannot be loaded, or an error outside a test, fails the run without failing a test.
  const broken = result.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  const failed = result.numFailedTests + broken.length;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

const tools = run(process.execPath, [join(root, "test", "cluster", "tools.ts")]);
const unit = await runProjects("unit");
if ((await tools) !== 0) {
  console.error("the tools for the tests against real parts could not be had; see above");
  process.exitCode = 1;
}
const others = await runProjects("servers", "fuzz", "actions");
rmSync(scratch, { recursive: true, force: true });

const total = (key: keyof Totals) => unit[key] + others[key];
if (total("failed") > 0) process.exitCode = 1;
console.log(`${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`);
