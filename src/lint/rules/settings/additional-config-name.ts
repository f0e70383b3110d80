import { CONFIG_FILE } from "../../../catalogue/patterns.ts";
import { formHits } from "../../form.ts";
import type { Rule } from "../../model.ts";

export const additionalConfigName: Rule = {
  id: "L42",
  slug: "additional-config-name",
  severity: "error",
  about: "The API server reads only files that end in .conf; others are ignored.",
  check: (release) => formHits(release, (pattern) => pattern === CONFIG_FILE),
};
