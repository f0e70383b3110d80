import { entryAt, writes } from "../../facts/entry-at.ts";
import {
  controlPlaneOf,
  type ServerUrl,
  serverUrlsOf,
  serviceOf,
  serviceOfPart,
} from "../../facts/server-urls.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const internalServiceName: Rule = {
  id: "L74",
  slug: "internal-service-name",
  severity: "error",
  about: "A URL names a Service of the server that its release does not make, in name, namespace or port.",
  why: "The server's Services are called after its release: release `clearml-enterprise` makes `clearml-enterprise-apiserver`, release `clearml` makes `clearml-clearml-enterprise-apiserver`. A guide prints the one with commands that make the other. The name does not resolve then, and the component never starts. Write the name the finding shows, or rename the release before the first installation.",
  fixable: true,
  *checkAll(releases) {
    const server = controlPlaneOf(releases);
    if (!server) return;
    for (const release of releases) {
      for (const url of serverUrlsOf(release)) {
        const hit = hitFor(url, server);
        if (hit) yield hit;
      }
    }
  },
};

function hitFor(url: ServerUrl, server: LintRelease): Hit | undefined {
  const named = serviceOf(url.host);
  // Services of other names are the user's own.
  if (!named || !/-(apiserver|fileserver|webserver)$/.test(named.name)) return undefined;
  const service = serviceOfPart(server, url.part);
  if (!service) return undefined;
  const namespace = named.namespace ?? url.release.namespace;
  const port = url.port ?? (url.scheme === "https" ? 443 : 80);
  const isHere = namespace === service.namespace;
  if (named.name === service.name && isHere && port === service.port) return undefined;
  // Of another name and namespace it is a Service that this server has nothing to do with.
  if (named.name !== service.name && !isHere) return undefined;
  const right = `http://${service.name}.${service.namespace}:${service.port}`;
  const entry = entryAt(url.release, url.path);
  return {
    message: `${found(named.name, namespace, port)} is not what release \`${server.release}\` of the server makes`,
    hint: `write \`${right}\``,
    at: url.at,
    related: [{ at: server.at, message: "the server" }],
    ...(entry && isHere ? { fix: writes(entry, right, `write \`${right}\``) } : {}),
  };
}

function found(name: string, namespace: string | undefined, port: number): string {
  return `service \`${name}\`${namespace ? ` in \`${namespace}\`` : ""} with port ${port}`;
}
