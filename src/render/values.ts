import { controlPlaneAddresses } from "../deploy/addresses.ts";
import { placeholdersFor } from "../deploy/placeholders.ts";
import { withTenantFacts } from "../deploy/tenant/values/values.ts";
import type { LintRelease } from "../lint/model.ts";
import { isEncrypted } from "../lint/release.ts";
import { isMap, mergeValues } from "../overrides/merge.ts";
import { LATE_NAMES, resolvePlaceholders } from "../overrides/placeholders.ts";
import type { Values } from "../overrides/values.ts";
import { standIn } from "./stand-ins.ts";

/**
 * The values a release is rendered with: as for a deployment, every secret replaced by its stand-in, and what a
 * deployment fills in filled in.
 * @returns undefined when they cannot be known: broken or encrypted files
 */
export function renderValues(release: LintRelease, controlPlane: Values): Values | undefined {
  const { layers, environment, tenant } = release;
  if (layers.some(({ source, value }) => value === undefined || isEncrypted(value) || isBroken(source)))
    return undefined;
  const resolve = textResolver(release);
  const values = mergeValues(
    layers.flatMap(({ value }) => (isMap(value) ? [resolveTexts(value, resolve)] : [])),
  );
  if (!environment || tenant === undefined) return values;
  const pair = { accessKey: standIn("TENANT_ACCESS_KEY"), secretKey: standIn("TENANT_SECRET_KEY") };
  const owner = environment.tenants.find(({ name }) => name === tenant);
  return withTenantFacts(release, values, {
    addresses: controlPlaneAddresses(environment, controlPlane),
    gateway: pair,
    agent: pair,
    jwksKey: standIn("JWKS_KEY"),
    controlPlane,
    ...(owner ? { queues: owner.queues } : {}),
  });
}

/** Replaces `${NAME}` in the texts of a release, secrets by their stand-ins; names nobody knows stay. */
export function textResolver({
  use,
  environment,
  tenant,
}: LintRelease): (name: string) => string | undefined {
  if (!use || !environment) return () => undefined;
  const secrets = new Map(environment.secrets.map((name) => [name, standIn(name)]));
  const late = Object.fromEntries(LATE_NAMES.map((name) => [name, standIn(name)]));
  const owner = environment.tenants.find((each) => each.name === tenant);
  return placeholdersFor(use, environment, secrets, owner, late).lookup;
}

function resolveTexts(value: Values, lookup: (name: string) => string | undefined): Record<string, unknown> {
  return resolvePlaceholders(value, lookup) as Record<string, unknown>;
}

function isBroken({ problems }: LintRelease["layers"][number]["source"]): boolean {
  return problems.some(({ kind }) => kind === "syntax");
}
