import type { Environment } from "../../../environment/model.ts";
import { identityAddresses, takenAddressHit } from "../../facts/identity-addresses.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const MIN_COMPANY = 3;

export const tenantUnique: Rule = {
  id: "L124",
  slug: "tenant-unique",
  severity: "error",
  about: "A tenant cannot be made: the name of its company is too short, or its admin's e-mail is taken.",
  why: "The server refuses names of fewer than three characters, and an e-mail address belongs to one user of the whole server, identities of its configuration included: creating the second answers 400/801. Give the company a longer name under `company`, and the admin an address of their own. Tenants that share a name, namespace, company or address are refused already while clearml.yaml is read.",
  *checkEnvironment(environment, releases) {
    yield* shortNames(environment);
    yield* takenAddresses(environment, releases);
  },
};

function* shortNames({ tenants }: Environment): Generator<Hit> {
  for (const { company, source, path } of tenants) {
    if (company.trim().length >= MIN_COMPANY) continue;
    yield {
      message: `the company \`${company}\` has fewer than ${MIN_COMPANY} characters, which the server refuses`,
      hint: "set `company` to a longer name",
      at: locateField(source, path, "company"),
    };
  }
}

/** The company, or the name it defaults to. */
function locateField(source: Environment["source"], path: readonly (string | number)[], field: string) {
  const whole = source.locate(path);
  const at = source.locate([...path, field]);
  const isThere = at.line !== whole.line || at.column !== whole.column;
  return isThere ? at : source.locate([...path, "name"]);
}

function* takenAddresses({ tenants }: Environment, releases: readonly LintRelease[]): Generator<Hit> {
  const server = releases.find(({ id }) => id === "control-plane");
  if (!server) return;
  const taken = identityAddresses(server);
  for (const tenant of tenants) {
    const identity = taken.get(tenant.admin.email.toLowerCase());
    if (identity) yield takenAddressHit(tenant, identity);
  }
}
