import { CONFIG_FILE } from "../../../catalogue/patterns.ts";
import type { Rule } from "../../model.ts";

export const additionalConfigName: Rule = {
  id: "L42",
  slug: "additional-config-name",
  severity: "error",
  about: "The API server reads only files that end in .conf; others are ignored.",
  why: "The server loads the files of its configuration folder whose name ends in `.conf`, and the name before that is the first part of every setting in it. `apiserver.yaml` is mounted and never read. Rename it; files that a setting names by their path may be called anything.",
  *check({ entries, variables }) {
    const misnamed = entries.filter(
      ({ rule, path }) =>
        rule?.keyPattern === CONFIG_FILE && !CONFIG_FILE.expression.test(String(path.at(-1))),
    );
    for (const { path, at } of misnamed) {
      const key = String(path.at(-1));
      const isNamed = variables.some(({ value }) => value?.text?.replaceAll('"', "").endsWith(`/${key}`));
      if (!isNamed) yield { message: `\`${key}\` is not ${CONFIG_FILE.expected}`, at: at("key") };
    }
  },
};
