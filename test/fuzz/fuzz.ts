import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { COMPONENT_IDS, type ComponentId } from "../../src/catalogue/model.ts";
import { UserError } from "../../src/core/errors.ts";
import { loadEnvironment } from "../../src/environment/load.ts";
import { lintFiles } from "../../src/lint/engine.ts";
import type { Finding } from "../../src/lint/model.ts";
import { parseYaml } from "../../src/yaml/source.ts";
import { randomFrom } from "../support/random.ts";
import { lintEnvironment } from "../unit/lint/support.ts";
import { mutate } from "./mutate.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** Longest a file of a few kilobytes may take. */
const MOST_MS = 2_000;

/** Good and half-good files to start from. */
export function corpus(): { name: string; text: string }[] {
  const folders = [
    "test/fixtures/seeds",
    "workflows-examples/demo/overrides",
    "workflows-examples/demo/tenants/acme",
  ];
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder)).map((name) => join(folder, name)),
  );
  const charts = readdirSync(join(ROOT, "test/fixtures/charts"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join("test/fixtures/charts", entry.name, "values.yaml"));
  return [...files, ...charts]
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => ({ name, text: readFileSync(join(ROOT, name), "utf8") }));
}

export interface FuzzFailure {
  seed: number;
  component: ComponentId;
  text: string;
  reason: string;
}

/** Lints one mutated file; undefined when everything about the answer is as it should be. */
export function fuzzOnce(seed: number, files: ReturnType<typeof corpus>): FuzzFailure | undefined {
  const random = randomFrom(seed);
  const component = random.pick(COMPONENT_IDS);
  const text = mutate(random.pick(files).text, random, component);
  const lint = () => lintFiles([{ source: parseYaml(text, "values.yaml"), component }]).findings;
  const started = performance.now();
  try {
    const findings = lint();
    const reason =
      performance.now() - started > MOST_MS
        ? `took more than ${MOST_MS} ms`
        : (wrongFinding(findings, text) ?? (random.chance(0.02) ? unstable(findings, lint()) : undefined));
    return reason === undefined ? undefined : { seed, component, text, reason };
  } catch (thrown) {
    return { seed, component, text, reason: String(thrown instanceof Error ? thrown.stack : thrown) };
  }
}

/** A whole environment, to be damaged in one file at a time. */
export interface FuzzEnvironment {
  folder: string;
  files: Readonly<Record<string, string>>;
}

/** Writes the files of an environment below a folder. */
export function fuzzEnvironment(folder: string, files: FuzzEnvironment["files"]): FuzzEnvironment {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return { folder, files };
}

/** Lints the environment with one file mutated, which may also make it unreadable; undefined when all is well. */
export async function fuzzEnvironmentOnce(
  seed: number,
  { folder, files }: FuzzEnvironment,
): Promise<FuzzFailure | undefined> {
  const random = randomFrom(seed);
  const file = random.pick(Object.keys(files));
  const component = random.pick(COMPONENT_IDS);
  const text = mutate(files[file] ?? "", random, component);
  writeFileSync(join(folder, file), text);
  const failed = (reason: string): FuzzFailure => ({ seed, component, text: `# ${file}\n${text}`, reason });
  try {
    const { findings } = lintEnvironment(await loadEnvironment("clearml.yaml", { cwd: folder }));
    const outside = findings.find((each) => !(each.file in files));
    if (outside) return failed(`${outside.rule} is in ${outside.file}`);
    const inFile = findings.filter((each) => each.file === file);
    const reason = wrongFinding(inFile, text);
    return reason === undefined ? undefined : failed(reason);
  } catch (thrown) {
    return thrown instanceof UserError ? undefined : failed(String((thrown as Error).stack ?? thrown));
  } finally {
    writeFileSync(join(folder, file), files[file] ?? "");
  }
}

function wrongFinding(findings: readonly Finding[], text: string): string | undefined {
  const lines = text.split("\n");
  for (const { rule, message, line, column, endLine, endColumn } of findings) {
    const place = `${rule} at ${line}:${column}-${endLine}:${endColumn}`;
    if (message.includes("failed:")) return message;
    if (message.includes("undefined") || message.includes("[object")) return `${place}: ${message}`;
    if (!(line >= 1 && line <= lines.length && column >= 1)) return `${place} lies outside of the file`;
    if (column > (lines[line - 1]?.length ?? 0) + 1) return `${place} lies behind the end of its line`;
    if (endLine < line || (endLine === line && endColumn < column)) return `${place} ends before it starts`;
  }
  return undefined;
}

function unstable(first: readonly Finding[], second: readonly Finding[]): string | undefined {
  return JSON.stringify(first) === JSON.stringify(second) ? undefined : "two runs differ";
}
