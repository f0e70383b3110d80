import { resolve } from "node:path";
import { type Problem, UserError } from "../core/errors.ts";
import { isMap } from "../overrides/merge.ts";
import type { Path, YamlSource } from "../yaml/source.ts";
import { environmentProblems } from "./checks.ts";
import { buildComponents, noteMissingOverrides } from "./components.ts";
import { createReader, displayPath, globFiles, type Reader, readYaml } from "./files.ts";
import type { Environment, Tenant } from "./model.ts";
import { type FileNames, fileNames, nameProblems, replaceNames, withTenant } from "./names.ts";
import { schemaProblems } from "./problems.ts";
import { environmentSchema, type RawEnvironment, type RawTenant, tenantSchema } from "./schema.ts";

/**
 * Reads `clearml.yaml` with its tenants and override files. Override files are only parsed; what is wrong inside of
 * them is for lint to report and for `resolveValues` to refuse.
 * @param file path of `clearml.yaml`, absolute or relative to `cwd`
 * @throws UserError with every problem found, each with file, line and column
 */
export async function loadEnvironment(file: string, options: { cwd: string }): Promise<Environment> {
  const path = resolve(options.cwd, file);
  const reader = createReader(options.cwd, path);
  const source = readYaml(reader, path, (reason) => ({
    message: `config file ${displayPath(reader, path)} ${reason}`,
    hint: "set the `config` input to the path of your clearml.yaml",
  }));
  const environment = source && readEnvironment(reader, source);
  if (environment && reader.problems.length === 0) reader.problems.push(...environmentProblems(environment));
  if (!environment || reader.problems.length > 0) throw new UserError(byPlace(reader.problems));
  return environment;
}

/** Problems in the order of their places. */
function byPlace(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) =>
      (a.at?.file ?? "").localeCompare(b.at?.file ?? "") ||
      (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
      (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );
}

function readEnvironment(reader: Reader, source: YamlSource): Environment | undefined {
  if (!isReadable(reader, source, "clearml.yaml")) return undefined;
  const names = fileNames(source.value);
  const value = replaceNames(source.value, names, source, reader.problems);
  const problems = schemaProblems(environmentSchema, value, source);
  reader.problems.push(...problems);
  const rawTenants = isMap(value) ? value.tenants : undefined;
  const tenants =
    typeof rawTenants === "string"
      ? globFiles(reader, source, rawTenants, source.locate(["tenants"])).flatMap((each) =>
          readTenantFile(reader, each, names),
        )
      : [];
  reader.problems.push(...nameProblems(names, source));
  if (problems.length > 0) return noteMissingOverrides(reader, value, source);
  const raw = environmentSchema.parse(value);
  const inline = Array.isArray(raw.tenants)
    ? raw.tenants.map((tenant, index) => buildTenant(reader, tenant, source, ["tenants", index]))
    : [];
  return buildEnvironment(reader, raw, source, [...tenants, ...inline]);
}

function buildEnvironment(
  reader: Reader,
  raw: RawEnvironment,
  source: YamlSource,
  tenants: readonly Tenant[],
): Environment {
  return {
    file: source.file,
    source,
    name: raw.name,
    edition: raw.edition ?? "enterprise",
    baseDomain: raw.baseDomain,
    ...(raw.kubernetesVersion ? { kubernetesVersion: raw.kubernetesVersion } : {}),
    variables: raw.variables ?? {},
    secrets: raw.secrets ?? [],
    components: buildComponents(reader, raw.components, { source, path: ["components"] }),
    tenants,
    lint: { failOn: raw.lint?.failOn ?? "error", rules: raw.lint?.rules ?? {} },
  };
}

function readTenantFile(reader: Reader, path: string, names: FileNames): Tenant[] {
  const source = readYaml(reader, path, (reason) => ({
    message: `tenant file ${displayPath(reader, path)} ${reason}`,
  }));
  if (!source || !isReadable(reader, source, "a tenant file")) return [];
  const value = replaceNames(source.value, withTenant(names, source.value), source, reader.problems);
  const problems = schemaProblems(tenantSchema, value, source);
  reader.problems.push(...problems);
  if (problems.length === 0) return [buildTenant(reader, tenantSchema.parse(value), source, [])];
  noteMissingOverrides(reader, value, source);
  return [];
}

/** Whether a file is sound YAML with a map in it; what is wrong is noted. */
function isReadable(reader: Reader, source: YamlSource, what: string): boolean {
  reader.problems.push(...source.problems);
  if (source.value === undefined) return false;
  if (isMap(source.value)) return true;
  reader.problems.push({
    message: source.value === null ? "the file is empty" : `${what} is a map of keys`,
    hint: "see the example in the README",
    at: source.locate([]),
  });
  return false;
}

function buildTenant(reader: Reader, raw: RawTenant, source: YamlSource, path: Path): Tenant {
  const namespace = raw.namespace ?? raw.name;
  return {
    name: raw.name,
    namespace,
    company: raw.company ?? raw.name,
    admin: raw.admin,
    domains: raw.domains ?? [],
    queues: raw.queues ?? [],
    ...(raw.quota ? { quota: quantities(raw.quota) } : {}),
    components: buildComponents(reader, raw.components ?? {}, {
      source,
      path: [...path, "components"],
      tenant: { name: raw.name, namespace },
    }),
    source,
    path,
    at: source.locate([...path, "name"]),
  };
}

function quantities(raw: NonNullable<RawTenant["quota"]>): Record<string, string> {
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, String(value).trim()]));
}
