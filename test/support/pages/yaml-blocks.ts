/** What a YAML block of a page is, told by its content, and what is wrong with it as such. */
import { type Schema, Validator } from "@cfworker/json-schema";
import { parseAllDocuments } from "yaml";
import { ignoreSchema } from "../../../src/drift/ignore/schema.ts";
import { environmentSchema, tenantSchema } from "../../../src/environment/schema.ts";
import { schemaCatalogue } from "../../../src/schemas/catalogue.ts";
import { kubernetesSchemas, schemaVersions } from "../../../src/schemas/store.ts";
import { workflowOf, workflowProblems } from "./workflow-blocks.ts";

type Value = Record<string, unknown>;

/** What a block may be, and what is wrong with it then. The first that fits is taken. */
const KINDS: Readonly<Record<string, { fits(value: unknown): boolean; problems(value: never): string[] }>> = {
  workflow: {
    fits: (value) => workflowOf(value) !== undefined,
    problems: (value) => workflowProblems(workflowOf(value) as NonNullable<ReturnType<typeof workflowOf>>),
  },
  manifest: {
    fits: (value) => has(value, "apiVersion", "kind"),
    problems: manifestProblems,
  },
  "ignore file": {
    fits: (value) => has(value, "version", "rules"),
    problems: (value) => schemaProblems(ignoreSchema.safeParse(value)),
  },
  environment: {
    fits: (value) => has(value, "version", "baseDomain"),
    problems: (value) => schemaProblems(environmentSchema.safeParse(value)),
  },
  "part of an environment": {
    fits: (value) => onlyOf(value, Object.keys(environmentSchema.shape)),
    problems: (value) => schemaProblems(environmentSchema.partial().safeParse(value)),
  },
  tenant: {
    fits: (value) => has(value, "name", "admin"),
    problems: (value) => schemaProblems(tenantSchema.safeParse(value)),
  },
  values: { fits: isMap, problems: () => [] },
  list: { fits: Array.isArray, problems: () => [] },
};

/** What a block is in each of its documents; `nothing` is one of comments only. */
export function kindsOf(text: string): string[] {
  return documents(text).map(({ value }) => kindOf(value));
}

/** What is wrong with a block; empty when everything is right. */
export function yamlProblems(text: string): string[] {
  return documents(text).flatMap(({ value, errors }) => {
    if (errors.length > 0) return errors;
    const kind = KINDS[kindOf(value)];
    return kind ? kind.problems(value as never) : [];
  });
}

/** The workflows that stand in a block, or that its steps are made into. */
export function workflowsIn(text: string): object[] {
  return documents(text).flatMap(({ value }) => workflowOf(value) ?? []);
}

function documents(text: string): { value: unknown; errors: string[] }[] {
  return parseAllDocuments(text, { uniqueKeys: true }).map((document) => ({
    value: document.toJS() as unknown,
    errors: [...document.errors, ...document.warnings].map(({ message }) => message),
  }));
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return Object.entries(KINDS).find(([, { fits }]) => fits(value))?.[0] ?? "text";
}

/** Kinds that Kubernetes itself serves are held against its newest schemas; those of others are not known. */
function manifestProblems(value: Value): string[] {
  const newest = schemaVersions().at(-1);
  if (newest === undefined) throw new Error("there are no schemas");
  const { apiVersion, kind } = value as { apiVersion: string; kind: string };
  const schema = schemaCatalogue(kubernetesSchemas(newest), []).schema(apiVersion, kind);
  const isOwn = /^v1$|^(apps|batch|policy|autoscaling)\/|\.k8s\.io\//.test(apiVersion);
  if (!schema) return isOwn && !/x-k8s\.io\//.test(apiVersion) ? [`no such kind: ${apiVersion} ${kind}`] : [];
  const { errors } = new Validator(schema as Schema, "7", false).validate(value);
  return errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
}

function schemaProblems(result: {
  success: boolean;
  error?: { issues: readonly { path: PropertyKey[]; message: string }[] };
}): string[] {
  return (result.error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

function isMap(value: unknown): value is Value {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function has(value: unknown, ...keys: string[]): boolean {
  return isMap(value) && keys.every((key) => key in value);
}

function onlyOf(value: unknown, keys: readonly string[]): boolean {
  return isMap(value) && Object.keys(value).every((key) => keys.includes(key));
}
