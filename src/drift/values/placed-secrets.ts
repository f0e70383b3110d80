import { UserError } from "../../core/errors.ts";
import { placeholdersFor } from "../../deploy/placeholders.ts";
import type { ComponentUse, Environment } from "../../environment/model.ts";
import { LATE_NAMES } from "../../overrides/placeholders.ts";
import { resolveValues } from "../../overrides/resolve.ts";
import type { Values } from "../../overrides/values.ts";
import { standIn, textsBehind } from "./stand-ins.ts";

/**
 * What is deployed at the places where the files have secrets: also secrets that this step was not given, and older ones
 * that have been exchanged in the files. Whatever is shown of a release must not have them.
 */
export function placedSecrets(
  { environment }: { environment: Environment },
  use: ComponentUse,
  deployed: Values,
): ReadonlySet<string> {
  const secrets = new Map(environment.secrets.map((name) => [name, standIn(name)]));
  const late = Object.fromEntries(LATE_NAMES.map((name) => [name, standIn(name)]));
  const tenant = environment.tenants.find(({ name }) => name === use.tenant);
  try {
    const wanted = resolveValues(use, placeholdersFor(use, environment, secrets, tenant, late));
    return new Set(textsBehind(wanted, deployed));
  } catch (thrown) {
    // Files that are wrong are told where they are compared.
    if (thrown instanceof UserError) return new Set();
    throw thrown;
  }
}
