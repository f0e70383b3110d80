import { levelOfIngressKey } from "../../facts/ingress-level.ts";
import type { Rule } from "../../model.ts";

export const ingressLevel: Rule = {
  id: "L157",
  slug: "ingress-level",
  severity: "error",
  about: "Keys of an Ingress stand one level off, beside an empty `ingress:` or among its annotations.",
  why: "Two blanks too few turn `ingress:` into null and leave `hostName` beside it, where nobody reads it; two too many make annotations of `hostName` and `tlsSecretName`. Either way no Ingress is made for this host, or it has no certificate. Move the keys to where the finding says.",
  *check(release) {
    for (const entry of release.entries) {
      const place = levelOfIngressKey(release, entry);
      if (!place) continue;
      yield {
        message: `\`${entry.path.join(".")}\` stands one level off: it is no part of the Ingress`,
        hint: `move it to \`${place}\``,
        at: entry.at("key"),
      };
    }
  },
};
