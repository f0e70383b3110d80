import { HOST } from "../../../catalogue/patterns.ts";
import { formHits } from "../../form.ts";
import type { Rule } from "../../model.ts";

export const ingressHostForm: Rule = {
  id: "L71",
  slug: "ingress-host-form",
  severity: "error",
  about: "The host of an Ingress has a scheme, port, path or capitals; the API server refuses the Ingress.",
  check: (release) => formHits(release, (pattern) => pattern === HOST),
};
