import { levelOfIngressKey } from "../../facts/ingress-level.ts";
import { unknownKeys } from "../../facts/known-keys.ts";
import type { Rule } from "../../model.ts";

export const misplacedKey: Rule = {
  id: "K2",
  slug: "misplaced-key",
  severity: "warning",
  about: "The chart reads a key of this name, but one level up or down, or below the alias of a subchart.",
  why: "A key in the wrong map is an unknown key: Helm ignores it, and the default stays in force. The usual causes are wrong indentation and a block copied from another chart. Move the key to the place the message names.",
  *check(release) {
    for (const { entry, belongs } of unknownKeys(release)) {
      // Below an empty `ingress:` it has a rule of its own.
      if (!belongs || levelOfIngressKey(release, entry)) continue;
      yield {
        message: `\`${entry.path.join(".")}\` is read by nobody here`,
        hint: `the chart reads \`${belongs.join(".")}\`: move it there`,
        at: entry.at("key"),
      };
    }
  },
};
