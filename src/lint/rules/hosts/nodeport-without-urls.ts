import { valueAt } from "../../../overrides/values.ts";
import { isAddress } from "../../facts/hosts.ts";
import { ingressesOf } from "../../facts/ingresses.ts";
import { tellsUrls } from "../../facts/told-urls.ts";
import type { LintRelease, Rule } from "../../model.ts";

const PARTS = [
  { part: "apiserver", label: "api.", key: "clientConfigurationApiUrl" },
  { part: "fileserver", label: "files.", key: "clientConfigurationFilesUrl" },
] as const;

export const nodeportWithoutUrls: Rule = {
  id: "L149",
  slug: "nodeport-without-urls",
  severity: "warning",
  about:
    "A part of the server is reached in a way that clients do not guess, and no value tells them its URL.",
  why: "The web app hands out a configuration for the SDK, with addresses it makes from its own: `api.` and `files.` for `app.`. Behind node ports, or with other names, these do not exist, and every user starts with a configuration that fails. Set `webserver.displayedServerURLs`, or `clearml.clientConfigurationApiUrl` and `clearml.clientConfigurationFilesUrl` in the public chart.",
  components: ["control-plane"],
  *check(release) {
    // Another file may tell the URLs.
    if (!release.environment) return;
    const ingresses = ingressesOf(release);
    for (const { part, label, key } of PARTS) {
      if (tellsUrls(release, part)) continue;
      const hint = `set \`webserver.displayedServerURLs.${part}\` (\`clearml.${key}\` in the public chart)`;
      const ingress = ingresses.find(({ path }) => path[0] === part);
      if (ingress?.host && isUnusual(ingress.host, label))
        yield { message: `clients look for \`${label}\`, not for \`${ingress.host}\``, hint, at: ingress.at };
      const path = [part, "service", "type"];
      if (!ingress && valueAt(release.values, path) === "NodePort" && !isOff(release, part))
        yield { message: `clients cannot tell the node port of the ${part}`, hint, at: release.locate(path) };
    }
  },
};

/** `file.` has a rule of its own. */
function isUnusual(host: string, label: string): boolean {
  return !host.startsWith(label) && !host.startsWith("file.") && !isAddress(host);
}

function isOff(release: LintRelease, part: string): boolean {
  const httpRoute = valueAt(release.values, [part, "httpRoute", "enabled"]);
  return valueAt(release.values, [part, "enabled"]) === false || httpRoute === true;
}
