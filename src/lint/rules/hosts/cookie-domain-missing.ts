import { valueAt } from "../../../overrides/values.ts";
import { isAddress } from "../../facts/hosts.ts";
import { ingressesOf } from "../../facts/ingresses.ts";
import type { Rule } from "../../model.ts";

const PATH = ["clearml", "cookieDomain"];

export const cookieDomainMissing: Rule = {
  id: "L139",
  slug: "cookie-domain-missing",
  severity: "warning",
  about: "The server has several hosts and no cookie domain: the login stays on one of them.",
  why: "Without `clearml.cookieDomain` the login cookie belongs to the host that set it. The browser does not send it to the file server then, which answers 401 to every preview and download. Set the domain that the hosts have in common.",
  components: ["control-plane"],
  *check(release) {
    // For the enterprise chart the key is required, which is another rule's business.
    if (release.environment?.edition !== "community" || valueAt(release.values, PATH) !== undefined) return;
    const [first, second] = ingressesOf(release).filter(({ host }) => host !== undefined && !isAddress(host));
    if (!first?.host || !second?.host) return;
    const domain = commonDomain(first.host, second.host);
    yield {
      message: `\`${first.host}\` and \`${second.host}\` share no login: \`clearml.cookieDomain\` is not set`,
      hint: domain ? `set it to \`${domain}\`` : "use hosts below one domain, and set it",
      at: release.locate(PATH),
    };
  },
};

/** The domain above both hosts; undefined when they have no more than one label in common. */
function commonDomain(first: string, second: string): string | undefined {
  const [a, b] = [first.split(".").reverse(), second.split(".").reverse()];
  const length = a.findIndex((label, index) => label !== b[index]);
  return length < 2 ? undefined : a.slice(0, length).reverse().join(".");
}
