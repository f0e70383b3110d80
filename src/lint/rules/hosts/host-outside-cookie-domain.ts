import { hostAt, type NamedHost } from "../../hosts.ts";
import type { LintRelease, Rule } from "../../model.ts";

/** Where the hosts stand that must see the login cookie. */
const HOSTS: Readonly<Partial<Record<LintRelease["id"], readonly string[][]>>> = {
  "control-plane": ["apiserver", "fileserver", "webserver"].map((part) => [part, "ingress", "hostName"]),
  "app-gateway": [["ingress", "hostName"]],
  "task-traffic-router": [["ingress", "hostName"]],
};

export const hostOutsideCookieDomain: Rule = {
  id: "L69",
  slug: "host-outside-cookie-domain",
  severity: "error",
  about: "A host is not below the cookie domain: browsers do not send it the login, and the login loops.",
  components: ["control-plane", "app-gateway", "task-traffic-router"],
  *checkAll(releases) {
    const server = releases.find((release) => release.id === "control-plane");
    const domain = server && hostAt(server, ["clearml", "cookieDomain"]);
    if (!domain) return;
    for (const named of releases.flatMap(hostsOf)) {
      if (named.host === domain.host || named.host.endsWith(`.${domain.host}`)) continue;
      const isAddress = /^[\d.]+$/.test(named.host);
      yield {
        message: `\`${named.host}\` is not below the cookie domain \`${domain.host}\``,
        hint: isAddress
          ? "a cookie domain cannot cover an IP address: leave `clearml.cookieDomain` out, or use names"
          : `use a host below \`${domain.host}\`, or a cookie domain above both`,
        at: named.at,
        related: [{ at: domain.at, message: "the cookie domain" }],
      };
    }
  },
};

function hostsOf(release: LintRelease): NamedHost[] {
  return (HOSTS[release.id] ?? []).flatMap((path) => hostAt(release, path) ?? []);
}
