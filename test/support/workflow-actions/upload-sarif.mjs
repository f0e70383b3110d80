/** Takes a SARIF file for code scanning, as github/codeql-action/upload-sarif does, and keeps it as an artifact. */
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const { INPUT_SARIF_FILE: file = "../results", ARTIFACTS = "" } = process.env;
const { version, runs } = JSON.parse(readFileSync(file, "utf8"));
if (version !== "2.1.0" || !Array.isArray(runs)) throw new Error(`${file} is no SARIF 2.1.0`);
mkdirSync(join(ARTIFACTS, "code-scanning"), { recursive: true });
cpSync(file, join(ARTIFACTS, "code-scanning", "results.sarif"));
