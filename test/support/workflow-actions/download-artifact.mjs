/** Fetches what was kept, as actions/download-artifact does: one by its name, or each of a pattern into its own folder. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync } from "node:fs";
import { join } from "node:path";

// A job that fetches what an earlier one has kept may have waited for days: what a test wants to happen meanwhile.
if (process.env.WHILE_WAITING) execFileSync("sh", ["-c", process.env.WHILE_WAITING], { stdio: "inherit" });

const { INPUT_NAME = "", INPUT_PATTERN = "", INPUT_PATH = ".", ARTIFACTS = "" } = process.env;
if (INPUT_NAME !== "") {
  const kept = join(ARTIFACTS, INPUT_NAME);
  if (!existsSync(kept)) throw new Error(`Artifact not found for name: ${INPUT_NAME}`);
  cpSync(kept, INPUT_PATH, { recursive: true });
} else {
  const names = globSync(INPUT_PATTERN || "*", { cwd: ARTIFACTS });
  const merge = process.env["INPUT_MERGE-MULTIPLE"] === "true";
  for (const name of names) {
    cpSync(join(ARTIFACTS, name), merge ? INPUT_PATH : join(INPUT_PATH, name), { recursive: true });
  }
  console.log(`${names.length} artifacts`);
}
