/**
 * Plays deploy-tenant in a small world: a folder with a file for each tenant that is there. `world.json` says who fails,
 * whose job dies without a word, and where the gateways are. Inputs, outputs and exit code are those of the real one.
 */
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { INPUT_TENANT = "", WORLD = "", GITHUB_OUTPUT = "", KUBECONFIG = "" } = process.env;
const maxFailures = Number(process.env["INPUT_MAX-FAILURES"]);
const world = JSON.parse(readFileSync(join(WORLD, "world.json"), "utf8"));
const note = (line) => appendFileSync(join(WORLD, "journal"), `${JSON.stringify(line)}\n`);
const names = INPUT_TENANT.split("\n");

note({
  job: process.env.GITHUB_JOB,
  names,
  maxFailures,
  kubeconfig: readFileSync(KUBECONFIG, "utf8"),
  mode: (statSync(KUBECONFIG).mode & 0o777).toString(8),
});
if (names.some((name) => world.lost.includes(name))) process.exit(3);

let failures = 0;
const tenants = names.map((tenant) => {
  if (failures > maxFailures) return { tenant, outcome: "not started" };
  if (world.failing.includes(tenant)) {
    failures++;
    return { tenant, outcome: "failed", message: `the company of ${tenant} belongs to somebody else` };
  }
  const file = join(WORLD, "tenants", tenant);
  const outcome = existsSync(file) ? "unchanged" : "changed";
  if (outcome === "changed") writeFileSync(file, "");
  return { tenant, outcome, gatewayUrl: `${world.gateways}/${tenant}` };
});
writeFileSync(GITHUB_OUTPUT, `tenants<<END\n${JSON.stringify(tenants)}\nEND\n`, { flag: "a" });
if (failures > 0) process.exit(3);
