import { findPlaceholders } from "../../../overrides/placeholders.ts";
import { misuseOf } from "../../../overrides/resolve.ts";
import type { Rule } from "../../model.ts";

export const githubExpression: Rule = {
  id: "P2",
  slug: "github-expression",
  severity: "error",
  about: "`${{ … }}` is evaluated in workflows only; in an override file it stays as it is.",
  why: "GitHub evaluates `${{ … }}` in workflow files only. In an override file the text reaches the chart as it stands, and a password becomes the literal expression. List the secret's name under `secrets:` in `clearml.yaml`, hand its value to the step as an environment variable, and write `${NAME}` here.",
  *check({ entries }) {
    for (const { value, at } of entries) {
      if (typeof value !== "string") continue;
      for (const placeholder of findPlaceholders(value)) {
        const misuse = placeholder.kind === "github" ? misuseOf(placeholder, [], at()) : undefined;
        if (misuse) yield { ...misuse, at: at() };
      }
    }
  },
};
