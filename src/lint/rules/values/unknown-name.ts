import { findPlaceholders } from "../../../overrides/placeholders.ts";
import { misuseOf } from "../../../overrides/resolve.ts";
import type { Rule } from "../../model.ts";

export const unknownName: Rule = {
  id: "P1",
  slug: "unknown-name",
  severity: "error",
  about:
    "A placeholder `${NAME}` whose name is declared nowhere, or that stands in a key: the deployment refuses it.",
  why: "A `${NAME}` stands for a built-in name, a variable or a secret of `clearml.yaml`. A name that is declared nowhere has no value, so the deployment stops before it touches the cluster; keys are never replaced. Correct the name, or declare it under `variables:` or `secrets:`; `$${` stands for a literal `${`.",
  *check({ entries, names }) {
    // Without an environment file nothing says which names there are.
    if (!names) return;
    for (const { path, value, at } of entries) {
      for (const placeholder of findPlaceholders(String(path.at(-1)))) {
        yield {
          message: `placeholder \`${placeholder.name}\` in a key is not replaced`,
          hint: "write the key out",
          at: at("key"),
        };
      }
      for (const placeholder of typeof value === "string" ? findPlaceholders(value) : []) {
        const misuse = placeholder.kind === "github" ? undefined : misuseOf(placeholder, names, at());
        if (misuse) yield { ...misuse, at: at() };
      }
    }
  },
};
