import { DOMAIN } from "../../../catalogue/patterns.ts";
import { bareHost, formHits } from "../../facts/form.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

/**
 * Public suffixes that an installation is likely to stand below: browsers take no cookie for them. Single labels
 * such as `com` have the wrong form already.
 */
const PUBLIC_SUFFIXES = new Set([
  ...["nip.io", "sslip.io", "xip.io", "traefik.me", "localtest.me", "duckdns.org", "ngrok.io"],
  ...["ngrok-free.app", "ngrok.app", "github.io", "herokuapp.com", "cloudapp.net", "azurewebsites.net"],
  ...["cloudapp.azure.com", "elb.amazonaws.com", "run.app", "web.app", "vercel.app", "netlify.app"],
  ...["pages.dev", "workers.dev", "fly.dev", "onrender.com", "trycloudflare.com"],
  ...["co.uk", "org.uk", "ac.uk", "com.au", "edu.au", "co.jp", "ac.jp", "com.br", "co.in", "ac.in"],
  ...[
    "co.il",
    "ac.il",
    "co.kr",
    "com.cn",
    "edu.cn",
    "com.tw",
    "com.sg",
    "com.tr",
    "co.za",
    "co.nz",
    "com.mx",
  ],
]);

export const cookieDomainForm: Rule = {
  id: "L70",
  slug: "cookie-domain-form",
  severity: "error",
  about: "The cookie domain is not a bare domain; browsers refuse the cookie and the login loops.",
  why: "The server sets its login cookie for this domain, and the chart puts a dot before it: a leading dot of your own gives two. A scheme, a port, a slash, or a public suffix such as `nip.io` makes browsers refuse the cookie, and the login starts again and again. Write the domain that api, app, files and the gateways have in common.",
  components: ["control-plane"],
  fixable: true,
  *check(release) {
    yield* formHits(release, (pattern) => pattern === DOMAIN, bareHost);
    yield* publicSuffixHits(release);
  },
};

function* publicSuffixHits(release: LintRelease): Generator<Hit> {
  for (const { rule, text, leftover, at } of release.entries) {
    if (rule?.pattern !== DOMAIN || leftover || text === undefined || !PUBLIC_SUFFIXES.has(text)) continue;
    yield {
      message: `\`${text}\` is shared by strangers, and browsers take no cookie for it`,
      hint: `use a domain below it, such as \`ml.${text}\``,
      at: at(),
    };
  }
}
