import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { COMPONENT_IDS, type ComponentId } from "../../src/catalogue/model.ts";
import { lintFiles } from "../../src/lint/engine.ts";
import type { Finding } from "../../src/lint/model.ts";
import { parseYaml } from "../../src/yaml/source.ts";
import { randomFrom } from "../support/random.ts";
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
