/** Fetches what was kept under names of a pattern, each into a folder of its own, as actions/download-artifact does. */
import { cpSync, globSync } from "node:fs";
import { join } from "node:path";

const { INPUT_PATTERN = "", INPUT_PATH = "", ARTIFACTS = "" } = process.env;
const names = globSync(INPUT_PATTERN, { cwd: ARTIFACTS });
for (const name of names) cpSync(join(ARTIFACTS, name), join(INPUT_PATH, name), { recursive: true });
console.log(`${names.length} artifacts`);
