import { errorMessage, UserError } from "../core/errors.ts";
import { isMap } from "../overrides/merge.ts";
import { parseYaml } from "../yaml/source.ts";
import { type Budget, type ChartFiles, MAX_NESTING, packageFiles, packedBudget } from "./files.ts";
import type { ChartCrd, ChartDependency } from "./model.ts";
import { parseTemplate, type Template } from "./template-blocks.ts";

/** A chart as its files say it, before anything is concluded from them. */
export interface RawChart {
  name: string;
  version: string;
  appVersion?: string;
  kubeVersion?: string;
  isLibrary: boolean;
  dependencies: readonly ChartDependency[];
  values: Readonly<Record<string, unknown>>;
  schema?: unknown;
  templates: readonly Template[];
  crds: readonly ChartCrd[];
  subcharts: readonly RawChart[];
  incomplete?: string;
}

/**
 * Reads the files of a chart, and the charts in its `charts/`.
 * @param name what to call it in messages
 * @throws UserError when `Chart.yaml`, `values.yaml` or `values.schema.json` is missing or broken
 */
export async function rawChart(
  chart: ChartFiles,
  name: string,
  nesting = 0,
  budget: Budget = packedBudget(),
): Promise<RawChart> {
  if (nesting > MAX_NESTING) throw wrong(name, "its dependencies nest too deeply");
  const files = new Map([...chart.files].map(([path, content]) => [path, textOf(content)]));
  const metadata = yamlMap(files, "Chart.yaml", name);
  if (!files.has("Chart.yaml") || typeof metadata.name !== "string")
    throw wrong(name, "it has no Chart.yaml with a `name`");
  const subcharts = await subchartsOf(chart, name, nesting, budget);
  const dependencies = dependenciesOf(metadata, yamlMap(files, "requirements.yaml", name));
  const missing = dependencies.find(({ name }) => !subcharts.some((each) => each.name === name));
  const incomplete =
    chart.incomplete ??
    (missing ? `its dependency \`${missing.name}\` is not in its charts folder` : undefined) ??
    subcharts.find((each) => each.incomplete)?.incomplete;
  const schema = files.get("values.schema.json");
  return {
    name: metadata.name,
    version: text(metadata.version) ?? "",
    ...optional("appVersion", text(metadata.appVersion)),
    ...optional("kubeVersion", text(metadata.kubeVersion)),
    isLibrary: metadata.type === "library",
    dependencies,
    values: yamlMap(files, "values.yaml", name),
    ...(schema === undefined ? {} : { schema: json(schema, name) }),
    templates: below(files, "templates/").map(parseTemplate),
    crds: below(files, "crds/").flatMap(crdsOf),
    subcharts,
    ...optional("incomplete", incomplete),
  };
}

function textOf(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}

function below(files: ReadonlyMap<string, string>, folder: string): string[] {
  return [...files].flatMap(([path, content]) => (path.startsWith(folder) ? [content] : []));
}

function yamlMap(files: ReadonlyMap<string, string>, path: string, name: string): Record<string, unknown> {
  const { value, problems } = parseYaml(files.get(path) ?? "", `${name}/${path}`);
  const broken = problems.find(({ kind }) => kind === "syntax");
  if (broken) throw new UserError(broken);
  if (value === null || value === undefined) return {};
  if (!isMap(value)) throw wrong(name, `its ${path} is not a map`);
  return value;
}

function json(content: string, name: string): unknown {
  try {
    return JSON.parse(content);
  } catch (thrown) {
    throw wrong(name, `its values.schema.json is not JSON: ${errorMessage(thrown)}`);
  }
}

/** Charts below `charts/`: packages, and folders with a `Chart.yaml`. As Helm does, `_x` and `.x` are left out. */
async function subchartsOf(
  chart: ChartFiles,
  name: string,
  nesting: number,
  budget: Budget,
): Promise<RawChart[]> {
  const folders = new Map<string, Map<string, Uint8Array>>();
  const found: RawChart[] = [];
  for (const [path, content] of chart.files) {
    const [, key = "", rest] = /^charts\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
    if (key === "" || /^[._]/.test(key)) continue;
    if (rest !== undefined) folders.set(key, (folders.get(key) ?? new Map()).set(rest, content));
    else if (key.endsWith(".tgz")) {
      const place = `${name}/charts/${key}`;
      found.push(await rawChart(await packageFiles(content, place, budget), place, nesting + 1, budget));
    }
  }
  for (const [key, files] of folders) {
    if (files.has("Chart.yaml"))
      found.push(await rawChart({ files }, `${name}/charts/${key}`, nesting + 1, budget));
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function dependenciesOf(...sources: readonly Record<string, unknown>[]): ChartDependency[] {
  return sources.flatMap(({ dependencies }) =>
    (Array.isArray(dependencies) ? dependencies : []).flatMap((each): ChartDependency[] => {
      if (!isMap(each) || typeof each.name !== "string") return [];
      return [
        {
          name: each.name,
          version: text(each.version) ?? "",
          ...optional("alias", text(each.alias)),
          ...optional("repository", text(each.repository)),
          ...optional("condition", text(each.condition)),
          ...(Array.isArray(each.tags) ? { tags: each.tags.map(String) } : {}),
          ...(Array.isArray(each["import-values"]) ? { importValues: importsOf(each["import-values"]) } : {}),
        },
      ];
    }),
  );
}

function importsOf(imports: readonly unknown[]): NonNullable<ChartDependency["importValues"]> {
  return imports.flatMap((each): (string | { child: string; parent: string })[] => {
    if (typeof each === "string") return [each];
    return isMap(each) ? [{ child: text(each.child) ?? "", parent: text(each.parent) ?? "" }] : [];
  });
}

/** The resource definitions of a file of `crds/`; what is no YAML is left to Helm. */
function crdsOf(content: string): ChartCrd[] {
  return content.split(/^---.*$/m).flatMap((document) => {
    const { value } = parseYaml(document, "crds");
    if (!isMap(value) || value.kind !== "CustomResourceDefinition" || !isMap(value.spec)) return [];
    const { group, names, versions } = value.spec;
    const kind = isMap(names) ? text(names.kind) : undefined;
    if (typeof group !== "string" || kind === undefined || !Array.isArray(versions)) return [];
    return versions.flatMap((each): ChartCrd[] => {
      if (!isMap(each) || typeof each.name !== "string" || !isMap(each.schema)) return [];
      return [{ kind, group, version: each.name, schema: each.schema.openAPIV3Schema }];
    });
  });
}

/** Text as written in YAML: a version may look like a number. */
function text(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined || value === "" ? {} : ({ [key]: value } as Record<K, string>);
}

function wrong(name: string, reason: string): UserError {
  return new UserError({
    message: `chart ${name} cannot be read: ${reason}`,
    hint: "name the folder or package of a Helm chart",
  });
}
