import { isInert } from "../../inert.ts";
import { isBracketedUrl, placeholderIn } from "../../leftover.ts";
import type { Rule } from "../../model.ts";

export const placeholderLeft: Rule = {
  id: "L01",
  slug: "placeholder-left",
  severity: "error",
  about:
    "A placeholder of a guide was never filled in; it is a valid text, so it fails late: DNS, 401, login loop.",
  *check(release) {
    for (const { path, value, rule, at } of release.entries) {
      if (typeof value !== "string" || isInert(release, path)) continue;
      // A dash is what one guide prints for credentials still to be made.
      const found = value === "-" && rule?.type === "string" ? "-" : placeholderIn(value);
      if (found === undefined || isBracketedUrl(value)) continue;
      yield {
        message: `placeholder \`${found}\` was not filled in`,
        hint: rule?.secret
          ? "name a secret: list it under `secrets:` in clearml.yaml and write `${NAME}`"
          : "write the value, or a `${NAME}` declared in clearml.yaml",
        at: at(),
      };
    }
  },
};
