import { COMPANY_ID } from "../../../catalogue/patterns.ts";
import { givenSettings } from "../../facts/settings.ts";
import type { Rule } from "../../model.ts";

const PATH = "services.workers.resource_usages.supervisor_company";

export const supervisorCompany: Rule = {
  id: "L135",
  slug: "supervisor-company",
  severity: "warning",
  about: "The company whose members see everybody's resource usage is not given by an id.",
  why: "`supervisor_company` is compared with ids of companies, which are 32 hexadecimal digits. A name there matches none, and nobody sees the usage of all. Write the id of your supervising company; `d1bd92a3b039400cbafc60a7a5b1e52b` is that of the server's default company.",
  components: ["control-plane"],
  *check(release) {
    for (const { path, name, value, text, valueAt: at } of givenSettings(release)) {
      // A number is told by the rule about numbers.
      if (path !== PATH || text === undefined || text === "" || COMPANY_ID.expression.test(text)) continue;
      if (value?.kind !== "quoted" && /^[\d.e+-]+$/i.test(text)) continue;
      yield { message: `\`${name}\`: \`${text}\` is not ${COMPANY_ID.expected}`, at };
    }
  },
};
