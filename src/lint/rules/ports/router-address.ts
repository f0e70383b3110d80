import { HOST_OR_IP } from "../../../catalogue/patterns.ts";
import { formHits } from "../../form.ts";
import type { Rule } from "../../model.ts";

export const routerAddress: Rule = {
  id: "L90",
  slug: "router-address",
  severity: "warning",
  about: "The router address is handed to users as it is: it must be a bare host or IP.",
  check: (release) => formHits(release, (pattern) => pattern === HOST_OR_IP),
};
