import { describe, placed } from "../../../render/placed.ts";
import { nodesOf } from "../../../render/scalars.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

interface Artifact {
  expression: RegExp;
  reason: string;
  hint: string;
}

/** What Go's text templates leave in a text when a value does not fit. */
const ARTIFACTS: readonly Artifact[] = [
  {
    expression: /%!(?:[a-zA-Z]\([^)]*\)|\([A-Z]+[^)]*\))/,
    reason: "a number or nothing was put where the template expects a text",
    hint: "write the value in quotes",
  },
  {
    expression: /<no value>|<nil>/,
    reason: "the template uses a value that is not set",
    hint: "set the value that the template asks for",
  },
  {
    expression: /\bmap\[[^\s:\]]+:/,
    reason: "a map was put where the template expects a text",
    hint: "write a text at the key the template reads, not a map",
  },
];

export const renderArtifact: Rule = {
  id: "L138",
  slug: "render-artifact",
  severity: "error",
  about: "A rendered manifest holds what Go prints when a value does not fit, such as `%!s(float64=8081)`.",
  why: "A template put a number into a text format, printed a map, or used a value that is not set. Helm does not notice: the broken text becomes an address or a setting, and the program that reads it fails, as the public chart's file server address did before 7.14.4. Write the value in the type the template expects (mostly: in quotes), set it, or take a chart version that is repaired.",
  *checkRendered({ release, objects }) {
    for (const object of objects) {
      // Descriptions in definitions speak of Go's types.
      if (object.kind === "CustomResourceDefinition") continue;
      for (const { value, path } of nodesOf(object.object)) {
        if (typeof value !== "string") continue;
        for (const { expression, reason, hint } of ARTIFACTS) {
          const found = expression.exec(value)?.[0];
          if (found === undefined) continue;
          const cause = causeOf(found, release);
          yield {
            message: `${describe(object)} has \`${found}\` in \`${path.join(".")}\`: ${reason}`,
            hint,
            ...(cause ? { at: cause.at() } : placed(object, path, release)),
          } satisfies Hit;
        }
      }
    }
  },
};

/** The number that Go printed with its type, where only one override says it. */
function causeOf(found: string, { entries }: LintRelease): Entry | undefined {
  const number = /\((?:int\d*|float\d*)=(?<number>[^)]+)\)/.exec(found)?.groups?.number;
  if (number === undefined) return undefined;
  const [only, ...others] = entries.filter(
    ({ value }) => typeof value === "number" && value === Number(number),
  );
  return others.length === 0 ? only : undefined;
}
