/** Keeps a file or folder under a name, as actions/upload-artifact does, in a folder of the test. */
import { cpSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";

const { INPUT_NAME = "", INPUT_PATH = "", INPUT_OVERWRITE, ARTIFACTS = "" } = process.env;
const folder = join(ARTIFACTS, INPUT_NAME);
if (!existsSync(INPUT_PATH)) throw new Error(`no files were found with the provided path: ${INPUT_PATH}`);
if (existsSync(folder)) {
  if (INPUT_OVERWRITE !== "true") throw new Error(`409: an artifact named ${INPUT_NAME} exists already`);
  rmSync(folder, { recursive: true });
}
mkdirSync(folder, { recursive: true });
const target = statSync(INPUT_PATH).isDirectory() ? folder : join(folder, basename(INPUT_PATH));
cpSync(INPUT_PATH, target, { recursive: true });
