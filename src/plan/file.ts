import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { errorMessage, type Problem, UserError } from "../core/errors.ts";
import { readRegularFile } from "../core/files.ts";
import { jsonOf } from "../core/json.ts";
import { type ClusterPlan, planDigest } from "./digest.ts";
import type { Danger, PlannedObject } from "./model.ts";

/** How long an approved plan may be applied. */
export const LIFETIME_HOURS = 24;
const FILE_NAME = "plan.json";
const VERSION = 1;
const SHOWN_ISSUES = 5;
const MAKE_ANEW = "make a new plan with `mode: plan` and have that one approved";

const dangerSchema = z.strictObject({
  rule: z.string(),
  severity: z.enum(["stop", "note"]),
  message: z.string(),
  hint: z.string().optional(),
});

const objectSchema = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  action: z.enum(["create", "change", "replace", "delete"]),
  hook: z.boolean().optional(),
  /** Slugs of `dangers`. */
  danger: z.array(z.string()).optional(),
  dangers: z.array(dangerSchema).optional(),
  diff: z.string().optional(),
});

const releaseSchema = z.strictObject({
  component: z.string(),
  tenant: z.string().optional(),
  namespace: z.string(),
  release: z.string(),
  action: z.enum(["install", "upgrade", "none", "uninstall", "repair"]),
  reasons: z.array(z.string()),
  chart: z.string(),
  chartVersion: z.string(),
  chartDigest: z.string().optional(),
  valuesDigest: z.string(),
  baseRevision: z.number().int().nonnegative(),
  danger: z.array(z.string()).optional(),
  dangers: z.array(dangerSchema).optional(),
  objects: z.array(objectSchema),
  notices: z.array(z.string()),
});

const stepSchema = z.strictObject({ action: z.string(), what: z.string() });

const planFileSchema = z.strictObject({
  version: z.literal(VERSION),
  environment: z.string(),
  tenant: z.string().optional(),
  cluster: z.strictObject({ server: z.string(), id: z.string().optional() }).optional(),
  digest: z.string(),
  generatedAt: z.iso.datetime(),
  expires: z.iso.datetime(),
  releases: z.array(releaseSchema),
  manifests: z.array(
    z.strictObject({
      component: z.string(),
      tenant: z.string().optional(),
      objects: z.array(objectSchema),
    }),
  ),
  tenants: z.array(z.strictObject({ name: z.string(), steps: z.array(stepSchema) })),
});

/** A plan as it is stored between the run that makes it and the run that applies it. */
export type PlanFile = z.infer<typeof planFileSchema>;

/** Writes a plan below a folder. The path of the file. */
export async function writePlanFile(plan: ClusterPlan, folder: string, now: Date): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, FILE_NAME);
  await writeFile(path, `${JSON.stringify(planFileOf(plan, now), null, 2)}\n`, { mode: 0o600 });
  return path;
}

/** The form in which a plan is stored. */
export function planFileOf(plan: ClusterPlan, now: Date): PlanFile {
  const { environment, tenant, cluster, releases, manifests, tenants } = plan;
  return planFileSchema.parse(
    withoutUndefined({
      version: VERSION,
      environment,
      tenant,
      cluster,
      digest: planDigest(plan),
      generatedAt: now.toISOString(),
      expires: new Date(now.getTime() + LIFETIME_HOURS * 3_600_000).toISOString(),
      releases: releases.map((each) => ({
        ...each,
        ...dangersInFile(each.dangers),
        objects: each.objects.map(objectInFile),
      })),
      manifests: manifests.map((each) => ({ ...each, objects: each.objects.map(objectInFile) })),
      tenants,
    }),
  );
}

/** The plan that a file holds. */
export function planOf(file: PlanFile): ClusterPlan {
  const { environment, tenant, cluster, releases, manifests, tenants } = file;
  const ofFile = <T extends { danger?: string[] | undefined; dangers?: unknown }>({
    danger,
    ...rest
  }: T) => ({
    ...rest,
    dangers: rest.dangers ?? [],
  });
  const objects = (list: PlanFile["manifests"][number]["objects"]) =>
    list.map((object) => ({ ...ofFile(object), diff: object.diff ?? "" }));
  return withoutUndefined({
    ...{ environment, tenant, cluster, tenants },
    releases: releases.map((each) => ({ ...ofFile(each), objects: objects(each.objects) })),
    manifests: manifests.map((each) => ({ ...each, objects: objects(each.objects) })),
  }) as ClusterPlan;
}

/**
 * Reads a plan that was stored.
 * @throws UserError when it is none, one of another version, or not what was written
 */
export async function readPlanFile(path: string): Promise<PlanFile> {
  const bytes = await readRegularFile(resolve(path), resolve()).catch((thrown: unknown) => {
    throw refused({
      message: `input \`plan\`: \`${path}\` cannot be read: ${errorMessage(thrown)}`,
      hint: "download the artifact of the job that made the plan before this step, and give the path of its file",
    });
  });
  const text = bytes.toString("utf8");
  const json = jsonOf(text);
  if (json === undefined) {
    throw refused({
      message: `input \`plan\`: \`${path}\` is no JSON${text.trim() === "" ? ": it is empty" : ""}`,
      hint: `it was changed or cut after it was made: download it again, or ${MAKE_ANEW}`,
    });
  }
  refuseOtherVersion(path, json);
  const parsed = planFileSchema.safeParse(json);
  if (!parsed.success) throw refused(...shapeProblems(path, parsed.error));
  const made = planDigest(planOf(parsed.data));
  if (made === parsed.data.digest) return parsed.data;
  throw refused({
    message: `input \`plan\`: \`${path}\` is not what was written: its digest is ${parsed.data.digest}, its contents have ${made}`,
    hint: `it was changed after it was made: download it again, or ${MAKE_ANEW}`,
  });
}

function refuseOtherVersion(path: string, json: unknown): void {
  const found = z.object({ version: z.unknown() }).safeParse(json);
  if (!found.success || found.data.version === undefined) {
    throw refused({
      message: `input \`plan\`: \`${path}\` is no plan: it has no \`version\``,
      hint: "give the file that the output `plan` of the step with `mode: plan` names",
    });
  }
  if (found.data.version === VERSION) return;
  throw refused({
    message: `input \`plan\`: \`${path}\` is a plan of version ${JSON.stringify(found.data.version)}; this action reads version ${VERSION}`,
    hint: "plan and apply with the same version of the action",
  });
}

function shapeProblems(path: string, error: z.ZodError): Problem[] {
  return error.issues.slice(0, SHOWN_ISSUES).map((issue) => ({
    message: `input \`plan\`: \`${path}\` is no plan: \`${issue.path.join(".") || "(top)"}\`: ${issue.message}`,
    hint: "plan and apply with the same version of the action, and leave the file as it is",
  }));
}

function objectInFile(object: PlannedObject) {
  return { ...object, ...dangersInFile(object.dangers) };
}

function dangersInFile(dangers: readonly Danger[]) {
  if (dangers.length === 0) return { dangers: undefined };
  return { danger: [...new Set(dangers.map(({ rule }) => rule))], dangers };
}

/** Undefined keys would be keys with a value for a strict reader. */
function withoutUndefined(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

function refused(...problems: Problem[]): UserError {
  return new UserError(problems);
}
