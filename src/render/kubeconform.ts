import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../core/context.ts";
import { isMap } from "../overrides/merge.ts";
import type { SchemaCatalogue } from "../schemas/catalogue.ts";
import type { Path } from "../yaml/source.ts";
import type { RenderedObject, Violation } from "./model.ts";
import { validationInput } from "./validation-input.ts";

/** What the schemas say about objects. */
export interface Validation {
  violations: readonly Violation[];
  /** Objects that kubeconform could not judge, with its words. */
  unjudged: readonly { object: RenderedObject; reason: string }[];
}

/** What kubeconform prints. */
interface Answers {
  resources?: { name: string; status: string; msg: string; validationErrors?: Answer[] }[];
}

interface Answer {
  path: string;
  msg: string;
}

/** kubeconform 0.7 mixes up documents of a longer input: it reads on into what its workers still look at. */
const INPUT_LIMIT = 2_000_000;
/** Names of the schema files, in kubeconform's words. */
const LOCATION = "{{.Group}}_{{.ResourceAPIVersion}}_{{.ResourceKind}}.json";
const PLAIN_NAME = /^[A-Za-z0-9./-]+$/;

/**
 * Checks objects against schemas with kubeconform, strictly and without any network.
 * @param objects those whose kind has a schema
 * @param folder private; the schemas are put there for kubeconform to read
 * @throws UserError when kubeconform is missing or fails
 */
export async function validateObjects(
  objects: readonly RenderedObject[],
  schemas: SchemaCatalogue,
  folder: string,
  { exec }: Pick<Context, "exec">,
): Promise<Validation> {
  await writeSchemas(objects, schemas, folder);
  const { documents, violations } = validationInput(objects);
  const args = ["-strict", "-output", "json", "-schema-location", join(folder, LOCATION), "-"];
  const validations: Validation[] = [{ violations, unjudged: [] }];
  for (const stdin of inputs(documents)) {
    const { stdout } = await exec.run("kubeconform", args, { quiet: true, ok: [0, 1], stdin });
    validations.push(validationOf(JSON.parse(stdout) as Answers, objects));
  }
  return {
    violations: validations.flatMap((each) => each.violations),
    unjudged: validations.flatMap((each) => each.unjudged),
  };
}

/** Whether a kind can be a file's name; the API server knows no other. */
export function isPlainKind({ apiVersion, kind }: Pick<RenderedObject, "apiVersion" | "kind">): boolean {
  return PLAIN_NAME.test(apiVersion) && /^[A-Za-z0-9]+$/.test(kind) && apiVersion.split("/").length <= 2;
}

async function writeSchemas(
  objects: readonly RenderedObject[],
  schemas: SchemaCatalogue,
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const kinds = new Map(objects.map((each) => [fileOf(each), each]));
  await Promise.all(
    [...kinds].map(([file, { apiVersion, kind }]) =>
      writeFile(join(folder, file), JSON.stringify(schemas.schema(apiVersion, kind) ?? {})),
    ),
  );
}

/** The name that `LOCATION` gives; the core group is named by its version. */
function fileOf({ apiVersion, kind }: RenderedObject): string {
  const [group = "", version = group] = apiVersion.split("/");
  return `${group}_${version}_${kind.toLowerCase()}.json`;
}

function* inputs(documents: readonly string[]): Generator<string> {
  let input: string[] = [];
  let length = 0;
  for (const document of documents) {
    const size = Buffer.byteLength(document) + 5;
    if (length + size > INPUT_LIMIT && input.length > 0) {
      yield input.join("\n---\n");
      input = [];
      length = 0;
    }
    input.push(document);
    length += size;
  }
  if (input.length > 0) yield input.join("\n---\n");
}

function validationOf({ resources = [] }: Answers, objects: readonly RenderedObject[]): Validation {
  const violations: Violation[] = [];
  const unjudged: { object: RenderedObject; reason: string }[] = [];
  for (const { name, status, msg, validationErrors = [] } of resources) {
    const object = objects[Number(name)];
    if (!object) throw new Error(`kubeconform speaks of an object it was not given: ${name}`);
    if (status === "statusError") unjudged.push({ object, reason: msg });
    else violations.push(...validationErrors.flatMap((answer) => violationsOf(object, answer)));
  }
  return { violations, unjudged };
}

/** One violation for each key the schema does not know, one for anything else. */
function violationsOf(object: RenderedObject, { path: pointer, msg }: Answer): Violation[] {
  const path = pathOf(object.object, pointer);
  const unknown = /^additional propert(?:y|ies) (?<keys>.+) not allowed$/.exec(msg)?.groups?.keys;
  if (unknown === undefined) return [{ object, path, message: msg }];
  return [...unknown.matchAll(/'((?:[^'\\]|\\.)*)'/g)].map(([, key = ""]) => ({
    object,
    path: [...path, key],
    message: "no such key",
    unknownKey: key,
  }));
}

/** The path a pointer means. kubeconform does not escape it: a key may hold slashes. */
function pathOf(object: unknown, pointer: string): Path {
  const steps = pointer.split("/").slice(1);
  const path: (string | number)[] = [];
  let current = object;
  for (let at = 0; at < steps.length; ) {
    if (Array.isArray(current)) {
      path.push(Number(steps[at]));
      current = current[Number(steps[at])];
      at += 1;
      continue;
    }
    const map = isMap(current) ? current : {};
    const ends = steps.map((_, end) => end + 1).filter((end) => end > at);
    const end = ends.find((each) => Object.hasOwn(map, steps.slice(at, each).join("/"))) ?? steps.length;
    const key = steps.slice(at, end).join("/");
    path.push(key);
    current = map[key];
    at = end;
  }
  return path;
}
