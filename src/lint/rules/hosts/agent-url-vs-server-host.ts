import {
  controlPlaneOf,
  isHosted,
  publicHostsOf,
  type ServerPart,
  type ServerUrl,
  serverUrlsOf,
  serviceOf,
} from "../../facts/server-urls.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const PARTS = ["apiserver", "fileserver", "webserver"] as const;
const NAMES: Record<ServerPart, string> = {
  apiserver: "API",
  fileserver: "file server",
  webserver: "web app",
};

export const agentUrlVsServerHost: Rule = {
  id: "L73",
  slug: "agent-url-vs-server-host",
  severity: "warning",
  about: "An agent or gateway calls the server by a host that no Ingress of the server has.",
  why: "Each component names the hosts of the API, the file server and the web app once more. The init container of an agent waits until all three answer: with a host that nobody serves it waits for ever, and with the host of another part calls get pages of HTML. Use the hosts of the server's Ingresses, its services within the cluster, or leave the URL out where the deployment fills it in.",
  *checkAll(releases) {
    const server = controlPlaneOf(releases);
    if (!server) return;
    const hosts = hostsOf(server);
    for (const release of releases) {
      for (const url of serverUrlsOf(release)) {
        const hit = hitFor(url, hosts, server);
        if (hit) yield hit;
      }
    }
  },
};

type Hosts = Record<ServerPart, string[]>;

function hostsOf(server: LintRelease): Hosts {
  const [apiserver, fileserver, webserver] = PARTS.map((part) => publicHostsOf(server, part));
  return { apiserver: apiserver ?? [], fileserver: fileserver ?? [], webserver: webserver ?? [] };
}

function hitFor(url: ServerUrl, hosts: Hosts, server: LintRelease): Hit | undefined {
  const { host, part } = url;
  const [expected] = hosts[part];
  if (expected === undefined || hosts[part].includes(host)) return undefined;
  if (serviceOf(host) || isHosted(host) || isSingularOf(part, host, expected)) return undefined;
  const other = PARTS.find((each) => hosts[each].includes(host));
  return {
    message: other
      ? `\`${host}\` is the host of the ${NAMES[other]}, not of the ${NAMES[part]}`
      : `no Ingress of the server has the host \`${host}\``,
    hint: `the ${NAMES[part]} is \`${expected}\``,
    ...(other ? { severity: "error" as const } : {}),
    at: url.at,
    related: [{ at: server.locate([part, "ingress", "hostName"]), message: `host of the ${NAMES[part]}` }],
  };
}

/** `file.` for `files.`: that has a rule of its own. */
function isSingularOf(part: ServerPart, host: string, expected: string): boolean {
  const plural = (each: string) => each.replace(/^file\./, "files.");
  return part === "fileserver" && plural(host) === plural(expected);
}
