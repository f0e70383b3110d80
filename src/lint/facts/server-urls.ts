import type { ComponentId } from "../../catalogue/model.ts";
import type { Location } from "../../core/errors.ts";
import { fullname } from "../../helm/fullname.ts";
import { valueAt } from "../../overrides/values.ts";
import type { LintRelease } from "../model.ts";
import { ingressesOf } from "./ingresses.ts";

/** A part of the server that others call. */
export type ServerPart = "apiserver" | "fileserver" | "webserver";

/** A URL by which a component calls a part of the server; only well-formed ones. */
export interface ServerUrl {
  release: LintRelease;
  path: readonly string[];
  part: ServerPart;
  text: string;
  scheme: "http" | "https";
  host: string;
  port?: number;
  readonly at: Location;
}

const API = "apiserver" as const;
const GLUE = "agentk8sglue";

/** Where components have the server's URLs. */
const URLS: Readonly<Partial<Record<ComponentId, readonly (readonly [ServerPart, ...string[]])[]>>> = {
  agent: [
    [API, GLUE, "apiServerUrlReference"],
    ["fileserver", GLUE, "fileServerUrlReference"],
    ["webserver", GLUE, "webServerUrlReference"],
  ],
  "app-gateway": [[API, "clearml", "apiServerUrlReference"]],
  "task-traffic-router": [[API, "clearml", "apiServerUrlReference"]],
  "presign-service": [[API, "clearml", "apiServerUrlReference"]],
  "platform-management": [[API, "clearml", "apiServerUrlReference"]],
  "custom-events": [[API, "global", "clearml", "apiServerUrlReference"]],
  serving: [
    [API, "clearml", "apiHost"],
    ["fileserver", "clearml", "filesHost"],
    ["webserver", "clearml", "webHost"],
  ],
  "control-plane": [
    [API, "clearmlApplications", "apiServerUrlReferenceOverride"],
    ["fileserver", "clearmlApplications", "fileServerUrlReferenceOverride"],
    ["webserver", "clearmlApplications", "webServerUrlReferenceOverride"],
  ],
};

/** The URLs by which a release calls the server. */
export function serverUrlsOf(release: LintRelease): ServerUrl[] {
  return (URLS[release.id] ?? []).flatMap(([part, ...path]): ServerUrl[] => {
    const text = valueAt(release.values, path);
    const url = typeof text === "string" ? /^(https?):\/\/([a-z0-9.-]+)(?::(\d{1,5}))?$/.exec(text) : null;
    if (!url?.[2] || typeof text !== "string") return [];
    return [
      {
        release,
        path,
        part,
        text,
        scheme: url[1] === "https" ? "https" : "http",
        host: url[2],
        ...(url[3] ? { port: Number(url[3]) } : {}),
        get at() {
          return release.locate(path);
        },
      },
    ];
  });
}

/** Whether a host is ClearML's own hosted server. */
export function isHosted(host: string): boolean {
  return host.endsWith(".clear.ml");
}

/** The service a host names within the cluster: `name` or `name.namespace`, with or without `.svc…`. */
export function serviceOf(host: string): { name: string; namespace?: string } | undefined {
  const [, name, namespace, suffix] =
    /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(\.svc(?:\.[a-z0-9.-]+)?)?)?$/.exec(host) ?? [];
  if (!name) return undefined;
  // Two labels alone may as well be a domain.
  if (namespace && !suffix && !/-(apiserver|fileserver|webserver)$/.test(name)) return undefined;
  return { name, ...(namespace ? { namespace } : {}) };
}

/** The hosts under which users reach a part of the server; empty while no Ingress says so. */
export function publicHostsOf(server: LintRelease, part: ServerPart): string[] {
  const ingress = ingressesOf(server).find(({ path }) => path[0] === part);
  if (ingress?.host === undefined) return [];
  const told = [
    ["webserver", "displayedServerURLs", part],
    ["clearml", part === "apiserver" ? "clientConfigurationApiUrl" : "clientConfigurationFilesUrl"],
  ].flatMap((path) => /^https?:\/\/([^/:]+)/.exec(String(valueAt(server.values, path)))?.[1] ?? []);
  return [ingress.host, ...(part === "webserver" ? [] : told)];
}

/** Name, namespace and port of the Service of a part; undefined where the chart or its names are not known. */
export function serviceOfPart(
  server: LintRelease,
  part: ServerPart,
): { name: string; namespace: string; port: number } | undefined {
  const { release, namespace } = server;
  const chart = server.contents?.name ?? server.chart;
  if (!release || !namespace || !chart || /[/\\]|\.tgz$/.test(chart)) return undefined;
  const [override, name] = ["fullnameOverride", "nameOverride"].map((key) => valueAt(server.values, [key]));
  const full = textOr(override, fullname(release, textOr(name, chart)));
  const port = valueAt(server.values, [part, "service", "port"]);
  return { name: `${full}-${part}`, namespace, port: typeof port === "number" ? port : PORTS[part] };
}

const PORTS = { apiserver: 8008, fileserver: 8081, webserver: 8080 };

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}

/** The control plane among the releases. */
export function controlPlaneOf(releases: readonly LintRelease[]): LintRelease | undefined {
  return releases.find(({ id }) => id === "control-plane");
}
