import type { Location, Problem } from "../../../core/errors.ts";
import type { Environment } from "../../../environment/model.ts";
import { isLeftover } from "../../../lint/facts/leftover.ts";
import { secretUses } from "../../../lint/facts/secret-uses.ts";
import { isTenantCredential } from "../../../lint/facts/tenant-credentials.ts";
import { environmentRelease } from "../../../lint/release.ts";
import { isMap } from "../../../overrides/merge.ts";
import { valueAt } from "../../../overrides/values.ts";
import { problemOf } from "./problem.ts";
import type { Release } from "./releases.ts";

/** A key or secret that a file gives to a tenant's component. Its text is never shown. */
interface GivenCredential {
  tenant: string;
  text: string;
  readonly at: Location;
}

/** Tenants whose files give them the credentials of another tenant, or of the server itself. */
export function* credentialConflicts(
  environment: Environment,
  names: ReadonlySet<string>,
  releases: readonly Release[],
): Generator<Problem> {
  const server = serverCredentials(environment, releases);
  const first = new Map<string, GivenCredential>();
  for (const given of releases.flatMap(givenCredentials)) {
    const { tenant, text, at } = given;
    const own = server.get(text);
    if (own && names.has(tenant))
      yield problemOf({
        message: `tenant \`${tenant}\` is given credentials of the server itself`,
        hint: "delete the key: the deployment makes credentials for each tenant",
        at,
        related: [{ at: own(), message: "the server's credentials" }],
      });
    const earlier = first.get(text);
    if (!earlier) first.set(text, given);
    else if (earlier.tenant !== tenant && (names.has(tenant) || names.has(earlier.tenant)))
      yield problemOf({
        message: `tenants \`${tenant}\` and \`${earlier.tenant}\` are given the same credentials`,
        hint: "delete the key: the deployment makes credentials for each tenant",
        at,
        related: [{ at: earlier.at, message: `used by tenant \`${earlier.tenant}\`` }],
      });
  }
}

/** The credentials that the values of a tenant's component name. */
function givenCredentials({ tenant, values, locate }: Release): GivenCredential[] {
  const { clearml } = values;
  if (tenant === undefined || !isMap(clearml)) return [];
  return Object.entries(clearml).flatMap(([key, text]) => {
    if (!isTenantCredential(`clearml.${key}`) || !isGiven(text)) return [];
    return [
      {
        tenant,
        text,
        get at() {
          return locate(["clearml", key]);
        },
      },
    ];
  });
}

/** Keys and secrets of the users that the server makes for itself, with their places. */
function serverCredentials(
  environment: Environment,
  releases: readonly Release[],
): Map<string, () => Location> {
  const server = releases.find(({ id }) => id === "control-plane");
  const given = server ? secretUses(environmentRelease(server.use, environment)) : [];
  return new Map(
    given.flatMap(({ name, entry }): [string, () => Location][] => {
      const text = valueAt(server?.values, entry.path);
      if (!/^clearml\.|secure__credentials__/i.test(name) || !isGiven(text)) return [];
      return [[withoutQuotes(text), () => entry.at()]];
    }),
  );
}

function isGiven(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value !== "-" && !isLeftover(value);
}

/** HOCON takes a text in quotes of its own. */
function withoutQuotes(text: string): string {
  return /^"(.*)"$/s.exec(text.trim())?.[1] ?? text.trim();
}
