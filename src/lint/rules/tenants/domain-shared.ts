import type { Location } from "../../../core/errors.ts";
import type { Rule } from "../../model.ts";

/** Domains where anybody can have an address. */
const PUBLIC = new Set([
  ...[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "ymail.com",
  ],
  ...[
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "proton.me",
    "protonmail.com",
    "gmx.com",
    "gmx.net",
    "gmx.de",
  ],
  ...[
    "web.de",
    "t-online.de",
    "freenet.de",
    "mail.ru",
    "yandex.ru",
    "yandex.com",
    "qq.com",
    "163.com",
    "126.com",
  ],
  ...["zoho.com", "fastmail.com", "orange.fr", "free.fr", "libero.it", "naver.com", "hey.com", "mail.com"],
]);

export const domainShared: Rule = {
  id: "L125",
  slug: "domain-shared",
  severity: "error",
  about: "Two tenants have one e-mail domain, or a tenant has a domain where anybody can have an address.",
  why: "The domain of an address decides which company a user joins at the first login. With a domain in two tenants that is a matter of chance, and users end up with the data of the other one. A public mail domain lets everybody in the world in. Give each domain to one tenant, and invite guests by their address.",
  *checkEnvironment({ tenants }) {
    const first = new Map<string, { tenant: string; at: Location }>();
    for (const { name, domains, source, path } of tenants) {
      for (const [index, domain] of domains.entries()) {
        const at = source.locate([...path, "domains", index]);
        const earlier = first.get(domain);
        if (!earlier) first.set(domain, { tenant: name, at });
        else if (earlier.tenant !== name) {
          yield {
            message: `\`${domain}\` belongs to tenant \`${earlier.tenant}\` as well: which one a user joins is a matter of chance`,
            hint: "give the domain to one of them",
            at,
            related: [{ at: earlier.at, message: `tenant \`${earlier.tenant}\`` }],
          };
        }
        if (PUBLIC.has(domain)) {
          yield {
            message: `anybody can have an address of \`${domain}\`, and join this tenant`,
            hint: "take it out, and invite these users one by one",
            severity: "warning",
            at,
          };
        }
      }
    }
  },
};
