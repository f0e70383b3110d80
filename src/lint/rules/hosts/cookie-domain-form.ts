import { DOMAIN } from "../../../catalogue/patterns.ts";
import { formHits } from "../../form.ts";
import type { Rule } from "../../model.ts";

export const cookieDomainForm: Rule = {
  id: "L70",
  slug: "cookie-domain-form",
  severity: "error",
  about: "The cookie domain is not a bare domain; browsers refuse the cookie and the login loops.",
  check: (release) => formHits(release, (pattern) => pattern === DOMAIN),
};
