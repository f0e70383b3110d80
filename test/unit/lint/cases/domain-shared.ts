import { filesOf } from "../environment-files.ts";
import { files, type RuleCase } from "./model.ts";

const sample = (acme: string, globex: string) =>
  filesOf({
    files: {
      "tenants/acme.yaml": `name: acme\nadmin: { name: A, email: a@acme.example }\ndomains: [${acme}]\n`,
      "tenants/globex.yaml": `name: globex\nadmin: { name: G, email: g@globex.example }\ndomains: [${globex}]\n`,
    },
  });

export const cases: readonly RuleCase[] = [
  files(
    "domain-shared",
    "a domain of two tenants",
    sample("acme.example", "globex.example, acme.example"),
    ["error tenants/globex.yaml:3:27"],
    sample("acme.example, acme.example", "globex.example, eu.acme.example"),
  ),
  files(
    "domain-shared",
    "a domain of everybody",
    sample("gmail.com", "globex.example"),
    ["warning tenants/acme.yaml:3:11"],
    sample("gmail.com.example", "globex.example"),
  ),
];
