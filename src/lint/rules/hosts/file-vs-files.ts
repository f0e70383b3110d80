import { valueAt } from "../../../overrides/values.ts";
import { hostAt, type NamedHost, urlHostAt } from "../../facts/hosts.ts";
import { isInert } from "../../facts/inert.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const HOST_NAME = ["fileserver", "ingress", "hostName"];

export const fileVsFiles: Rule = {
  id: "L68",
  slug: "file-vs-files",
  severity: "error",
  about: "The file server is `file.` in one place and `files.` in another; uploads and artifact links fail.",
  why: "ClearML's web app and SDK make the address of the file server from that of the web app by putting `files.` in the place of `app.`. A server on `file.`, as one guide prints it, or an agent on the other name uploads to a host that does not exist. Use `files.` everywhere; where the host is given, set `webserver.displayedServerURLs.fileserver` as well.",
  components: ["control-plane", "agent"],
  *checkAll(releases) {
    const server = releases.find((release) => release.id === "control-plane");
    if (!server) return;
    yield* webAppHits(server);
    const host = hostAt(server, HOST_NAME);
    for (const release of releases.filter((each) => each.id === "agent")) {
      const agent = urlHostAt(release, ["agentk8sglue", "fileServerUrlReference"]);
      if (!agent || !host || agent.host === host.host || plural(agent) !== plural(host)) continue;
      yield {
        message: `the agent uploads to \`${agent.host}\`, and the server is \`${host.host}\``,
        hint: "use one name in both",
        at: agent.at,
        related: [{ at: host.at, message: "host of the file server" }],
      };
    }
  },
};

/** The first label decides, so this holds even while the rest of the host is still to be filled in. */
function* webAppHits(server: LintRelease): Generator<Hit> {
  const written = valueAt(server.values, HOST_NAME);
  const isTold = Boolean(valueAt(server.values, ["webserver", "displayedServerURLs", "fileserver"]));
  if (typeof written !== "string" || !written.startsWith("file.") || isTold || isInert(server, HOST_NAME))
    return;
  yield {
    message: `the web app looks for the file server at \`files.\`, not at \`${written}\``,
    hint: "call it `files.`, or set `webserver.displayedServerURLs.fileserver`",
    severity: "warning",
    at: server.locate(HOST_NAME),
  };
}

function plural({ host }: NamedHost): string {
  return host.replace(/^file\./, "files.");
}
