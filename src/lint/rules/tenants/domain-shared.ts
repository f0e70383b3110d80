import { domainsOf, sharedDomainHit, sharedDomains } from "../../facts/domains.ts";
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
    for (const pair of sharedDomains(tenants)) yield sharedDomainHit(...pair);
    for (const { domain, at } of tenants.flatMap(domainsOf)) {
      if (PUBLIC.has(domain)) {
        yield {
          message: `anybody can have an address of \`${domain}\`, and join this tenant`,
          hint: "take it out, and invite these users one by one",
          severity: "warning",
          at,
        };
      }
    }
  },
};
