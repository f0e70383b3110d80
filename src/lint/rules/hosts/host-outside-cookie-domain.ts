import { hostAt, isAddress, isBelow, type NamedHost, urlHostAt } from "../../facts/hosts.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

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
  why: "The login cookie belongs to `clearml.cookieDomain`, and a browser sends it to that domain and what is below it, nowhere else. A gateway on another domain sees no login, sends the user to the web app, which sends him back, without end. Use hosts below the cookie domain, or a domain above all of them. An IP address is below no domain.",
  components: ["control-plane", "app-gateway", "task-traffic-router"],
  *checkAll(releases) {
    const server = releases.find((release) => release.id === "control-plane");
    const domain = server && hostAt(server, ["clearml", "cookieDomain"]);
    if (!domain) return;
    for (const named of releases.flatMap(hostsOf)) {
      if (!isBelow(named.host, domain.host)) yield outside(named, domain);
    }
    for (const gateway of releases.filter(({ id }) => id === "app-gateway")) {
      const named = urlHostAt(gateway, ["externalURL"]);
      // Behind a node port the gateway still serves those who bring a token instead of a cookie.
      if (named && !isBelow(named.host, domain.host))
        yield { ...outside(named, domain), severity: "warning" };
    }
  },
};

function outside(named: NamedHost, domain: NamedHost): Hit {
  return {
    message: `\`${named.host}\` is not below the cookie domain \`${domain.host}\``,
    hint: isAddress(named.host)
      ? "a cookie domain cannot cover an IP address: leave `clearml.cookieDomain` out, or use names"
      : `use a host below \`${domain.host}\`, or a cookie domain above both`,
    at: named.at,
    related: [{ at: domain.at, message: "the cookie domain" }],
  };
}

function hostsOf(release: LintRelease): NamedHost[] {
  return (HOSTS[release.id] ?? []).flatMap((path) => hostAt(release, path) ?? []);
}
