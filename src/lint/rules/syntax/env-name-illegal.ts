import { SETTING_PREFIXES } from "../../../catalogue/environment-variables.ts";
import { ENVIRONMENT_NAME } from "../../../catalogue/patterns.ts";
import { explainSyntax } from "../../facts/syntax.ts";
import type { Hit, Rule } from "../../model.ts";

/** What the API server's loader can split into a path. */
const SETTING_NAME = /^[A-Za-z0-9_-]+$/;

export const envNameIllegal: Rule = {
  id: "L06",
  slug: "env-name-illegal",
  severity: "error",
  about:
    "The name of an environment variable is not one; the cluster refuses the pod, or the server reads nonsense.",
  why: "Kubernetes takes letters, digits, dots, dashes and underscores; before 1.32 it refuses the whole pod over any other name. Where the name is accepted, the API server makes a path of it, and a stray colon, dot or `@` gives another path than the one that was meant, or ends its start. Write the name as the documentation spells it, without a colon at its end.",
  fixable: true,
  *check({ layers, variables }) {
    for (const { source } of layers) {
      for (const [start, end] of explainSyntax(source).colonNames) {
        yield {
          message: "the name ends in a colon, which makes it a key",
          hint: "drop the colon",
          at: source.locateRange(start, end),
          fix: {
            description: "drop the colon",
            changes: [{ source, kind: "text", start: end - 1, end, to: "" }],
          },
        };
      }
    }
    for (const { item, name } of variables) {
      const reason = wrongName(name);
      if (reason)
        yield { ...reason, at: item.layer.source.locate([...item.layer.path, ...item.path, "name"]) };
    }
  },
};

function wrongName(name: string): Omit<Hit, "at"> | undefined {
  if (name === "")
    return { message: "the variable has no name", hint: "add `name:`, in quotes if it is a number" };
  if (!ENVIRONMENT_NAME.expression.test(name)) {
    return {
      message: `\`${name}\` cannot name an environment variable`,
      hint: `expected ${ENVIRONMENT_NAME.expected}`,
    };
  }
  if (SETTING_PREFIXES.some((prefix) => name.startsWith(prefix)) && !SETTING_NAME.test(name)) {
    return {
      message: `\`${name}\` cannot name a setting of the server`,
      hint: "use letters, digits, dashes and underscores only",
    };
  }
  return undefined;
}
