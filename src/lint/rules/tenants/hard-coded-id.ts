import type { Environment } from "../../../environment/model.ts";
import type { ShellCommand } from "../../commands/commands.ts";
import { environmentTexts } from "../../facts/environment-texts.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

/** Ids that guides print, and every server makes anew; or that mean the same on every server. */
const PRINTED_USER = "75557e2ab172405bbe153705e91d1782";
const DEFAULT_COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b";
/** Where the default company is what is meant. */
const MEANS_DEFAULT = /supervisor_company|default_?company/i;

export const hardCodedId: Rule = {
  id: "L123",
  slug: "hard-coded-id",
  severity: "error",
  about:
    "An id was copied from a guide: a user of somebody else's server, or the default company as a tenant.",
  why: "Users and companies get a new id on every server. The user id that a guide prints exists nowhere else, so a call in its name is refused with 400/6. The id of the default company exists everywhere: what is made with it lands in the company of the server itself and not in the tenant's. Use the id that the API returned, or `${COMPANY_ID}`.",
  check: idsOfValues,
  checkEnvironment: idsOfEnvironment,
  checkCommands: idsOfCommands,
};

function* idsOfValues({ entries, variables }: LintRelease): Generator<Hit> {
  for (const entry of entries) {
    const { text, path, at } = entry;
    if (text === undefined || !holdsId(text)) continue;
    const setting = variables.find(({ value }) => value === entry)?.name ?? "";
    const isDefault = [setting, text, ...path].some((each) => MEANS_DEFAULT.test(String(each)));
    const hit = wrongId(text, isDefault);
    if (hit) yield { ...hit, at: at() };
  }
}

function holdsId(text: string): boolean {
  return text.includes(PRINTED_USER) || text.includes(DEFAULT_COMPANY);
}

function* idsOfEnvironment(environment: Environment): Generator<Hit> {
  for (const each of environmentTexts(environment)) {
    const hit = wrongId(
      each.text,
      each.path[0] === "variables" || MEANS_DEFAULT.test(String(each.path.at(-1))),
    );
    if (hit) yield { ...hit, at: each.at };
  }
}

function* idsOfCommands(commands: readonly ShellCommand[]): Generator<Hit> {
  for (const { text, locate } of commands) {
    const hit = wrongId(text, MEANS_DEFAULT.test(text));
    const start = hit ? text.indexOf(hit.id) : -1;
    if (hit) yield { ...hit, at: locate(start, start + hit.id.length) };
  }
}

/** What is wrong with a text that holds one of the ids. */
function wrongId(text: string, isDefault: boolean): (Omit<Hit, "at"> & { id: string }) | undefined {
  if (text.includes(PRINTED_USER)) {
    return {
      id: PRINTED_USER,
      message: `the user id \`${PRINTED_USER}\` is the one a guide prints; it exists on no other server`,
      hint: "use the id that `auth.create_user` returned",
    };
  }
  if (isDefault || !text.includes(DEFAULT_COMPANY)) return undefined;
  return {
    id: DEFAULT_COMPANY,
    message: `\`${DEFAULT_COMPANY}\` is the default company of every server, not a tenant`,
    hint: "use the id that `system.create_company` returned; in a tenant's values `${COMPANY_ID}`",
  };
}
