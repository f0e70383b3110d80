import { join } from "node:path";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { crdsOf, type SchemaCatalogue, schemaCatalogue } from "../schemas/catalogue.ts";
import type { MinorVersion } from "../schemas/pack.ts";
import { isBuiltIn } from "../schemas/removed-apis.ts";
import { kubernetesSchemas, schemaVersions } from "../schemas/store.ts";
import type { RenderMode } from "./chart-source.ts";
import { isPlainKind, type Validation, validateObjects } from "./kubeconform.ts";
import type { RenderedObject, RenderedRelease, RenderNotice, UnknownKind } from "./model.ts";

type Parts = Pick<Context, "exec" | "tempDir">;

/** The rendered releases with what only all of them together and their schemas tell. */
export async function withSchemaFindings(
  rendered: readonly RenderedRelease[],
  mode: RenderMode,
  context: Parts,
): Promise<{ rendered: RenderedRelease[]; notices: RenderNotice[] }> {
  const asked = rendered[0]?.release.environment?.kubernetesVersion;
  const version = nearestVersion(asked);
  const schemas = schemaCatalogue(kubernetesSchemas(version), [
    ...rendered.flatMap(({ release }) => release.contents?.crds ?? []),
    ...rendered.flatMap(({ objects }) => objects.flatMap(({ object }) => crdsOf(object))),
  ]);
  const known = rendered.flatMap(({ objects }) =>
    objects.filter((each) => isPlainKind(each) && schemas.has(each.apiVersion, each.kind)),
  );
  const { validation, notices } = await validated(known, schemas, version, mode, context);
  if (asked && asked !== version && known.length > 0) {
    notices.push({
      message: `schemas of Kubernetes ${version} were used: those of ${asked} are not part of this version of the toolkit`,
      rules: ["R2", "R3"],
    });
  }
  return { rendered: joined(rendered, validation, schemas, asked === version), notices };
}

/** The version whose schemas are used: the one asked for, else the nearest there is. */
export function nearestVersion(asked: string | undefined): MinorVersion {
  const versions = schemaVersions();
  const minor = (version: string) => Number(version.split(".")[1]);
  const newest = versions.at(-1) as MinorVersion;
  if (asked === undefined || minor(asked) > minor(newest)) return newest;
  return versions.find((version) => minor(version) >= minor(asked)) ?? newest;
}

async function validated(
  objects: readonly RenderedObject[],
  schemas: SchemaCatalogue,
  version: string,
  mode: RenderMode,
  context: Parts,
): Promise<{ validation?: Validation; notices: RenderNotice[] }> {
  if (objects.length === 0) return { notices: [] };
  try {
    const folder = join(await context.tempDir(), `schemas-${version}`);
    const validation = await validateObjects(objects, schemas, folder, context);
    return { validation, notices: unjudgedNotice(validation) };
  } catch (thrown) {
    if (!(thrown instanceof UserError) || mode === "true") throw thrown;
    const message = `rendered objects are not checked against the Kubernetes schemas: ${thrown.message}`;
    return { notices: [{ message, rules: ["R2", "R3"] }] };
  }
}

function unjudgedNotice({ unjudged }: Validation): RenderNotice[] {
  const [first] = unjudged;
  if (!first) return [];
  const message = `kubeconform could not judge ${unjudged.length} objects, among them ${first.object.kind} ${first.object.name}: ${first.reason}`;
  return [{ message, rules: ["R2"] }];
}

function joined(
  rendered: readonly RenderedRelease[],
  validation: Validation | undefined,
  schemas: SchemaCatalogue,
  isComplete: boolean,
): RenderedRelease[] {
  const owners = new Map(rendered.flatMap((each) => each.objects.map((object) => [object, each] as const)));
  const violations = Map.groupBy(validation?.violations ?? [], ({ object }) => owners.get(object));
  const unknown = Map.groupBy(unknownKinds(rendered, schemas, isComplete), ({ first }) => first);
  const secrets = secretsByNamespace(rendered);
  return rendered.map((each) => ({
    ...each,
    ...(validation ? { violations: violations.get(each) ?? [] } : {}),
    unknownKinds: unknown.get(each) ?? [],
    suppliedSecrets: secrets.get(each.release.namespace ?? "") ?? new Set(),
  }));
}

function unknownKinds(
  rendered: readonly RenderedRelease[],
  schemas: SchemaCatalogue,
  isComplete: boolean,
): (UnknownKind & { first: RenderedRelease })[] {
  const kinds = new Map<string, UnknownKind & { first: RenderedRelease }>();
  for (const each of rendered) {
    for (const { apiVersion, kind } of each.objects) {
      // What Kubernetes itself should serve is for the rule about its API versions to say.
      if (schemas.has(apiVersion, kind) || (isComplete && isBuiltIn(apiVersion))) continue;
      const key = `${apiVersion} ${kind}`;
      const before = kinds.get(key) ?? { apiVersion, kind, count: 0, first: each };
      kinds.set(key, { ...before, count: before.count + 1 });
    }
  }
  return [...kinds.values()];
}

function secretsByNamespace(rendered: readonly RenderedRelease[]): Map<string, Set<string>> {
  const secrets = new Map<string, Set<string>>();
  for (const { release, objects } of rendered) {
    for (const { kind, name, namespace = release.namespace ?? "" } of objects) {
      if (kind !== "Secret") continue;
      const names = secrets.get(namespace) ?? new Set();
      secrets.set(namespace, names.add(name));
    }
  }
  return secrets;
}
