import { controlPlaneOf, isHosted, serverUrlsOf } from "../../facts/server-urls.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const agentPointsAtSaas: Rule = {
  id: "L142",
  slug: "agent-points-at-saas",
  severity: "error",
  about: "An agent is left pointing at ClearML's hosted server, with credentials of your own.",
  why: "The public agent chart has the hosts of ClearML's hosted server for its defaults. Credentials of your own server are unknown there: the agent answers 401 and restarts, and a mixture of hosts registers the agent in one place and uploads artifacts to another. Write the three addresses of your server, or leave them out where the deployment fills them in.",
  *checkAll(releases) {
    const server = controlPlaneOf(releases);
    for (const release of releases) yield* hitsOf(release, server);
  },
};

function* hitsOf(release: LintRelease, server: LintRelease | undefined): Generator<Hit> {
  const urls = serverUrlsOf(release);
  const hosted = urls.filter(({ host }) => isHosted(host));
  const own = urls.find(({ host }) => !isHosted(host));
  // A tenant of the hosted server may have agents of its own; only a mixture is wrong then.
  if (!own && !(server && release.environment)) return;
  for (const { text, at } of hosted) {
    yield {
      message: own
        ? `\`${text}\` is ClearML's hosted server, and \`${own.text}\` beside it is not`
        : `\`${text}\` is ClearML's hosted server, not the one of this environment`,
      hint: "write the address of your own server",
      severity: release.environment ? "error" : "warning",
      at,
      related: own ? [{ at: own.at, message: "another server" }] : [],
    };
  }
}
