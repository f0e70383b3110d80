import { API_URL, FILES_URL } from "../../../catalogue/patterns.ts";
import { formHits } from "../../form.ts";
import type { Rule } from "../../model.ts";

export const apiUrlForm: Rule = {
  id: "L72",
  slug: "api-url-form",
  severity: "error",
  about: "The address of a ClearML service is incomplete, or has a slash or path at its end.",
  check: (release) => formHits(release, (pattern) => pattern === API_URL || pattern === FILES_URL),
};
