/** Keeps files and folders under a name, as actions/upload-artifact does, in a folder of the test. */
import { cpSync, existsSync, globSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

const { INPUT_NAME: name = "artifact", INPUT_PATH = "", ARTIFACTS = "" } = process.env;
const missing = process.env["INPUT_IF-NO-FILES-FOUND"] ?? "warn";
const paths = INPUT_PATH.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
const found = paths.flatMap((path) => globSync(path)).map((path) => resolve(path));

if (found.length === 0) {
  console.log(
    `::${missing === "error" ? "error" : "warning"}::No files were found with the provided path: ${paths}.`,
  );
  process.exit(missing === "error" ? 1 : 0);
}
const folder = join(ARTIFACTS, name);
if (existsSync(folder)) {
  if (process.env.INPUT_OVERWRITE !== "true")
    throw new Error(`409: an artifact named ${name} exists already`);
  rmSync(folder, { recursive: true });
}
mkdirSync(folder, { recursive: true });
const root = commonFolder(found);
for (const path of found) cpSync(path, join(folder, relative(root, path)), { recursive: true });

/** The folder that all paths are in; of a single folder that one itself. */
function commonFolder(all) {
  const [first = "", ...others] = all.map((path) => (statSync(path).isDirectory() ? path : dirname(path)));
  let common = first.split(sep);
  for (const other of others) {
    const parts = other.split(sep);
    const end = common.findIndex((part, index) => part !== parts[index]);
    if (end !== -1) common = common.slice(0, end);
  }
  return common.join(sep) || sep;
}
