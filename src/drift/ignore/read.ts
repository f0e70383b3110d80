import { relative, resolve, sep } from "node:path";
import { type Problem, UserError } from "../../core/errors.ts";
import { schemaProblems } from "../../environment/problems.ts";
import { isMap } from "../../overrides/merge.ts";
import { isUnread, readYamlFile } from "../../yaml/read.ts";
import type { YamlSource } from "../../yaml/source.ts";
import type { IgnoreRule, IgnoreRules } from "./model.ts";
import { ignoreSchema } from "./schema.ts";

const EXAMPLE = "it has `version: 1` and a list of `rules`, each with a reason and a day";

/**
 * Reads the rules of an ignore file.
 * @param file its path, absolute or relative to `cwd`
 * @throws UserError with everything that is wrong with it, each with file, line and column
 */
export function readIgnoreFile(file: string, { cwd }: { cwd: string }): IgnoreRules {
  const path = resolve(cwd, file);
  const shown = relative(cwd, path).split(sep).join("/") || file;
  const source = readYamlFile(path, shown, cwd);
  if (isUnread(source)) {
    throw new UserError({
      message: `ignore file ${shown} ${source.reason}`,
      hint: "set the `ignore-file` input to the path of your ignore file, or leave it out",
    });
  }
  const problems = problemsOf(source);
  if (problems.length > 0) throw new UserError(problems);
  return ignoreSchema.parse(source.value).rules.map(({ reason, until, ...selectors }, index): IgnoreRule => {
    return { selectors, reason, until, at: source.locate(["rules", index]) };
  });
}

function problemsOf(source: YamlSource): readonly Problem[] {
  if (source.value === undefined) return source.problems;
  if (!isMap(source.value)) {
    const message = source.value === null ? "the file is empty" : "an ignore file is a map of keys";
    return [...source.problems, { message, hint: EXAMPLE, at: source.locate([]) }];
  }
  const problems = schemaProblems(ignoreSchema, source.value, source);
  return [...source.problems, ...problems, ...boundless(source)];
}

/** Rules that would hide everything there is. */
function boundless({ value, locate }: YamlSource): Problem[] {
  const rules = isMap(value) && Array.isArray(value.rules) ? value.rules : [];
  return rules.flatMap((rule: unknown, index): Problem[] => {
    if (!isMap(rule) || Object.keys(rule).some((key) => key !== "reason" && key !== "until")) return [];
    return [
      {
        message: `\`rules.${index}\` does not say what it is for, and would hide all drift`,
        hint: "add component, tenant, class, kind, namespace, name, path or manager",
        at: locate(["rules", index]),
      },
    ];
  });
}
