import { API_URL, FILES_URL } from "../../../catalogue/patterns.ts";
import { formHits, withoutSlash } from "../../facts/form.ts";
import type { Rule } from "../../model.ts";

export const apiUrlForm: Rule = {
  id: "L72",
  slug: "api-url-form",
  severity: "error",
  about: "The address of a ClearML service is incomplete, or has a slash or path at its end.",
  why: "Agents and gateways put the path of a call behind the address: `https://api.example.com/v2.30` becomes `…/v2.30/auth.login`, which nobody answers. A lone `https://api.` is what a guide leaves to be completed. Write scheme and host, and a port where it is not the usual one.",
  fixable: true,
  check: (release) =>
    formHits(release, (pattern) => pattern === API_URL || pattern === FILES_URL, withoutSlash),
};
