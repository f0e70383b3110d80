import { createHash } from "node:crypto";
import { mkdtemp, readdir, stat } from "node:fs/promises";
import { join, parse as parsePath, resolve } from "node:path";
import {
  type Budget,
  type ChartFiles,
  folderFiles,
  MAX_NESTING,
  packageFiles,
  packedBudget,
} from "../chart/files.ts";
import { digestOf } from "../chart/read.ts";
import { errorMessage, UserError } from "../core/errors.ts";
import { isBelow, readRegularFile } from "../core/files.ts";
import type { ComponentUse } from "../environment/model.ts";
import { isMap } from "../overrides/merge.ts";
import { parseYaml } from "../yaml/source.ts";
import type { ChartReference } from "./chart-reference.ts";
import type { ChartMetadata, LocalChart } from "./helm.ts";
import { helmIgnore } from "./helm-ignore.ts";

/** Whether a reference names a file or folder, and no chart of a registry or repository. */
export function isLocalChart(reference: ChartReference, aliases: ReadonlyMap<string, string>): boolean {
  const { chart, repo } = reference;
  if (repo !== undefined || chart.startsWith("oci://")) return false;
  return ![...aliases.values()].some((alias) => chart.startsWith(`${alias}/`));
}

/**
 * Reads a chart from its package or folder; nothing of it is executed.
 * @throws UserError at the component when it is not there, or none that Helm would accept
 */
export async function readLocalChart(use: ComponentUse, path: string): Promise<LocalChart> {
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    throw new UserError({
      message: `component \`${use.id}\`: chart ${path} does not exist`,
      hint: "correct `chart`: the folder or .tgz of a chart, relative to the file that names it",
      at: use.at,
    });
  }
  try {
    return found.isDirectory() ? await chartFolder(path) : await chartPackage(path);
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    const problems = thrown.problems.map((problem) => ({ ...problem, at: problem.at ?? use.at }));
    throw new UserError(problems, { kind: thrown.kind, cause: thrown });
  }
}

/**
 * Fetches the package of a chart into a folder of its own.
 * @param pull calls Helm
 * @throws UserError when it cannot be had
 */
export async function fetchChart(
  use: ComponentUse,
  reference: ChartReference,
  folder: string,
  pull: (folder: string) => Promise<unknown>,
): Promise<LocalChart> {
  const own = await mkdtemp(join(folder, "chart-"));
  await pull(own);
  const [name] = (await readdir(own)).filter((file) => file.endsWith(".tgz"));
  if (name !== undefined) return readLocalChart(use, join(own, name));
  throw new UserError(
    { message: `helm fetched nothing for chart ${reference.chart}`, at: use.at },
    { kind: "cluster" },
  );
}

async function chartPackage(path: string): Promise<LocalChart> {
  const bytes = await readRegularFile(path, resolve()).catch((thrown: unknown) => {
    throw unfit(path, errorMessage(thrown));
  });
  const digest = createHash("sha256").update(bytes).digest("hex");
  return localChart(path, digest, (await packageFiles(bytes, path)).files);
}

/**
 * Helm follows links wherever they lead, and a template can print what they lead to. In a chart of the checkout they
 * must not lead out of that; elsewhere on the machine whoever keeps the chart there has chosen them.
 */
async function chartFolder(path: string): Promise<LocalChart> {
  const { root } = parsePath(resolve(path));
  const { files, leadsOut } = await folderFiles(path, isBelow(resolve(path), resolve()) ? resolve() : root);
  if (leadsOut !== undefined) {
    throw unfit(path, `\`${leadsOut}\` in it is a link that leads out of the working folder or nowhere`);
  }
  const ignored = helmIgnore(textOf(files.get(".helmignore")));
  const taken = new Map([...files].filter(([file]) => !ignored(file)));
  return localChart(path, digestOf(taken), taken);
}

async function localChart(path: string, digest: string, files: ChartFiles["files"]): Promise<LocalChart> {
  return {
    path,
    digest: `sha256:${digest}`,
    metadata: metadataOf(textOf(files.get("Chart.yaml")), path),
    crds: (await crdsOf(files, path)).map((text) => `---\n${text.trim()}\n`).join(""),
  };
}

function metadataOf(text: string, path: string): ChartMetadata {
  const { value } = parseYaml(text, `${path}/Chart.yaml`);
  const { name, version, kubeVersion } = isMap(value) ? value : {};
  if (typeof name !== "string" || (typeof version !== "string" && typeof version !== "number")) {
    throw new UserError({
      message: `chart ${path} cannot be read: it has no Chart.yaml with \`name\` and \`version\``,
      hint: "name the folder or package of a Helm chart",
    });
  }
  return {
    name,
    version: String(version),
    ...(typeof kubeVersion === "string" && kubeVersion !== "" ? { kubeVersion } : {}),
  };
}

/** The files of `crds/` here and in `charts/`, whether packed or not. */
async function crdsOf(
  files: ChartFiles["files"],
  path: string,
  budget: Budget = packedBudget(),
  nesting = 0,
): Promise<string[]> {
  if (nesting > MAX_NESTING) throw unfit(path, "its dependencies nest too deeply");
  const texts: string[] = [];
  for (const [file, content] of files) {
    if (/^(charts\/[^/]+\/)*crds\/.+\.(ya?ml|json)$/.test(file)) texts.push(textOf(content));
    if (!/^(charts\/[^/]+\/)*charts\/[^/]+\.tgz$/.test(file)) continue;
    const inner = await packageFiles(content, `${path}/${file}`, budget);
    texts.push(...(await crdsOf(inner.files, path, budget, nesting + 1)));
  }
  return texts;
}

function unfit(path: string, reason: string): UserError {
  return new UserError({
    message: `chart ${path} cannot be read: ${reason}`,
    hint: "name the folder or package of a Helm chart that holds all of its files",
  });
}

function textOf(content: Uint8Array | undefined): string {
  return new TextDecoder().decode(content ?? new Uint8Array());
}
