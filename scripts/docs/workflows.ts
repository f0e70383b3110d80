/** The tables of the workflows that are there to be copied or called, made of the files themselves. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { table } from "../../src/core/markdown.ts";

interface Job {
  permissions?: Permissions;
  environment?: string | { name: string };
}

type Permissions = Record<string, string> | string | null;

interface Workflow {
  on: string | string[] | Record<string, unknown>;
  permissions?: Permissions;
  jobs: Record<string, Job>;
}

const NONE = "–";

/** One row for each example to copy; links lead from `workflows-examples/`. */
export function examplesTable(root: string): string {
  const rows = workflowsIn(join(root, "workflows-examples")).map(({ file, text, workflow }) => [
    `[\`${file}\`](${file})`,
    firstSentence(text),
    inCode(triggers(workflow)),
    inCode(rights(workflow)),
    inCode(secretNames(text)),
    inCode(environments(workflow)),
  ]);
  const header = ["File", "What it does", "Starts on", "GitHub token", "Secrets", "Environments"];
  return table(header, rows);
}

/** One row for each workflow to call with `uses:`. */
export function reusableTable(root: string, folder: string): string {
  const callable = workflowsIn(join(root, ".github", "workflows")).filter(({ workflow }) =>
    triggers(workflow).includes("workflow_call"),
  );
  const rows = callable.map(({ file, text, workflow }) => [
    `[\`${file}\`](${folder}/${file})`,
    firstSentence(text),
    inCode(rights(workflow)),
    inCode(secretNames(text)),
  ]);
  return table(["File", "What it does", "GitHub token", "Secrets"], rows);
}

/** One short row for each example, for the page of the project. */
export function examplesList(root: string): string {
  const rows = workflowsIn(join(root, "workflows-examples")).map(({ file, text }) => [
    `[\`${file}\`](workflows-examples/${file})`,
    firstSentence(text),
  ]);
  return table(["Workflow", "What it does"], rows);
}

function workflowsIn(folder: string): { file: string; text: string; workflow: Workflow }[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith(".yml"));
  return files.sort().map((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    return { file, text, workflow: parse(text) as Workflow };
  });
}

/** The first sentence of the comment that a file begins with, without where to call it from. */
function firstSentence(text: string): string {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !/^# \S/.test(line));
  const paragraph = lines
    .slice(0, end)
    .map((line) => line.slice(2))
    .join(" ");
  if (paragraph === "") throw new Error(`there is no comment that says what this does: ${lines[0]}`);
  const [sentence = paragraph] = /^.*?\.(?=\s|$)/.exec(paragraph) ?? [];
  return sentence.replace(/, to be called.*$/, ".").replace(/:$/, ".");
}

function triggers({ on }: Workflow): string[] {
  if (typeof on === "string") return [on];
  return Array.isArray(on) ? on : Object.keys(on);
}

function rights({ permissions, jobs }: Workflow): string[] {
  const all = [permissions, ...Object.values(jobs).map((job) => job.permissions)];
  const named = all.flatMap((each) => (each && typeof each === "object" ? Object.entries(each) : []));
  return [...new Set(named.map(([scope, access]) => `${scope}: ${access}`))].sort();
}

function secretNames(text: string): string[] {
  const names = [...text.matchAll(/\bsecrets\.([A-Za-z_]\w*)/g)].map(([, name]) => name ?? "");
  return [...new Set(names)].filter((name) => name !== "GITHUB_TOKEN").sort();
}

function environments({ jobs }: Workflow): string[] {
  const names = Object.values(jobs).flatMap(({ environment }) => {
    if (environment === undefined) return [];
    return typeof environment === "string" ? [environment] : [environment.name];
  });
  return [...new Set(names)].sort();
}

function inCode(words: readonly string[]): string {
  return words.length === 0 ? NONE : words.map((word) => `\`${word}\``).join(", ");
}
