import { isPublished, literalSecrets } from "../../facts/secrets.ts";
import type { Rule } from "../../model.ts";

export const literalSecretInGit: Rule = {
  id: "L56",
  slug: "literal-secret-in-git",
  severity: "error",
  about: "A secret stands in the file as it is, and so in the history of the repository.",
  why: "Whoever can read the repository has the secret, and removing it later does not take it out of the history. A variable of clearml.yaml is as readable as the file. Make a new secret, list its name under `secrets:`, pass its value to the step and write `${NAME}`; or use the chart's `existing…Secret`.",
  *check(release) {
    for (const { entry, text, name } of literalSecrets(release)) {
      if (isPublished(text, true)) continue;
      yield {
        message: `\`${name}\` holds a secret in clear text`,
        hint: "replace the secret, list its name under `secrets:` in clearml.yaml and write `${NAME}` here",
        at: entry.at(),
      };
    }
  },
};
