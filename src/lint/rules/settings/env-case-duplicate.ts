import { settingPath } from "../../../catalogue/environment-variables.ts";
import { groupBy, nameAt, variablesAt } from "../../facts/settings.ts";
import type { Rule } from "../../model.ts";

export const envCaseDuplicate: Rule = {
  id: "L38",
  slug: "env-case-duplicate",
  severity: "warning",
  about: "Two variables set the same setting, because its name ignores case and prefix; one of them is lost.",
  why: "The API server takes the prefix off, splits at `__` and puts everything in lower case, so `CLEARML__A__B`, `CLEARML__a__b` and `TRAINS__a__b` are one setting. `CLEARML__` wins over `TRAINS__`, then the name that sorts last, which is the one in lower case; the place in the list does not matter. Remove the one you do not mean.",
  components: ["control-plane"],
  *check(release) {
    const variables = variablesAt(release, ["apiserver", "extraEnvs"]);
    for (const [path, same] of groupBy(variables, ({ name }) => settingPath(name))) {
      const names = [...new Map(same.map((each) => [each.name, each])).values()].sort(byOrder);
      const winner = names.at(-1);
      for (const loser of names.slice(0, -1)) {
        if (!winner) continue;
        yield {
          message: `\`${loser.name}\` is lost: \`${winner.name}\` sets the same \`${path}\`, and wins`,
          hint: "remove one of the two",
          at: nameAt(loser),
          related: [{ at: nameAt(winner), message: "this one wins" }],
        };
      }
    }
  },
};

/** The order in which the server applies them: `TRAINS__` first, then by byte. */
function byOrder(a: { name: string }, b: { name: string }): number {
  const isOld = (name: string) => Number(name.startsWith("TRAINS__"));
  return isOld(b.name) - isOld(a.name) || (a.name < b.name ? -1 : 1);
}
