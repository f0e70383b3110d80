/** Checks clearml/actions out below the workspace: this checkout, with the packages that `npm ci` would have brought. */
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../../..");
const { INPUT_REPOSITORY: repository, INPUT_PATH: path = "", GITHUB_WORKSPACE = "" } = process.env;
if (repository !== "clearml/actions" || path === "")
  throw new Error(`${repository} is not to be had in tests`);
const target = join(GITHUB_WORKSPACE, path);
for (const folder of [".", "node_modules"]) {
  mkdirSync(join(target, folder), { recursive: true });
  const names = readdirSync(join(ROOT, folder)).filter((name) => name !== "node_modules" && name !== ".git");
  for (const name of names) symlinkSync(join(ROOT, folder, name), join(target, folder, name));
}
