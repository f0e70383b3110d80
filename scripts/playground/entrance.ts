/**
 * Plays what leads into a cluster whose pods are none: an ingress controller with TLS, and behind the hosts of the
 * cluster's Ingresses the ClearML API double, a web page, and the gateways of tenants.
 */
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import type { ClearmlApi } from "../../test/support/clearml-api/server.ts";
import { type Backend, startBackend } from "../../test/support/gateway/backend.ts";
import { createCertificates } from "../../test/support/gateway/certificates.ts";
import type { Names } from "../../test/support/gateway/names.ts";
import { HEALTHY } from "../../test/support/gateway/play.ts";
import { type Cookie, forward } from "./forward.ts";
import { type Access, setAddress, watchLines } from "./kubectl.ts";

export interface Entrance {
  /** Hosts of the environment, and where they lead. */
  names: Names;
  /** Path of the certificate of the authority that is to be trusted. */
  authority: string;
  stop(): Promise<void>;
}

export interface EntranceOptions extends Access, Cookie {
  /** Private folder for certificates. */
  folder: string;
  /** A certificate that others have made, with its key, in PEM; it is read for every connection. */
  certificate?(): { cert: string; key: string };
  /** Fails as long as the control plane is not there. */
  api(): Promise<ClearmlApi>;
}

interface Ingress {
  metadata: { uid: string; name: string; namespace: string };
  spec: { rules?: { host?: string; http?: { paths: { backend: { service?: { name: string } } }[] } }[] };
  status?: { loadBalancer?: { ingress?: object[] } };
}

/** What the clients of this machine are told instead of the real addresses. */
const HERE = "127.0.0.1";

/** Starts the entrance; it follows the Ingresses of the cluster until `stop`. */
export async function startEntrance(options: EntranceOptions): Promise<Entrance> {
  const { folder, domain } = options;
  const { authority, of } = await createCertificates(folder, [domain, `*.${domain}`]);
  const ingresses = new Map<string, Ingress>();
  const endWatch = playController(options, ingresses);
  const gateways = createGateways(options);
  const answer = (incoming: IncomingMessage, response: ServerResponse) => {
    const service = serviceFor(ingresses, (incoming.headers.host ?? "").replace(/:\d+$/, ""));
    serve(options, gateways, service, incoming, response).catch((thrown: Error) => {
      if (!response.headersSent) response.writeHead(503, { "content-type": "text/plain" });
      response.end(`503 Service Unavailable: ${thrown.message.split("\n")[0]}`);
    });
  };
  const { certificate, key } = of.good;
  const own = { cert: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
  const { certificate: given = () => own } = options;
  const SNICallback = (_: string, done: (error: Error | null, context?: SecureContext) => void) => {
    try {
      done(null, createSecureContext(given()));
    } catch (thrown) {
      done(thrown as Error);
    }
  };
  const secure = createServer({ SNICallback }, answer);
  const plain = createHttpServer((incoming, response) => {
    response.writeHead(308, { location: `https://${incoming.headers.host}${incoming.url}` }).end();
  });
  const [https, http] = await Promise.all([listening(secure), listening(plain)]);
  const place = { addresses: [HERE], ports: { 443: https, 80: http } };
  return {
    names: { [domain]: place, [`*.${domain}`]: place },
    authority,
    async stop() {
      endWatch();
      for (const server of [secure, plain]) server.closeAllConnections();
      await Promise.all([closed(secure), closed(plain), gateways.stop()]);
    },
  };
}

/**
 * Follows the Ingresses, and gives those that have none an address, as a controller does.
 * @returns ends it
 */
function playController(access: Access, ingresses: Map<string, Ingress>): () => void {
  const args = ["ingress", "-A", "--output-watch-events", "-o", "json"];
  return watchLines(access, args, (line) => {
    const { type, object } = JSON.parse(line) as { type: string; object: Ingress };
    const { uid, ...of } = object.metadata;
    if (type === "DELETED") ingresses.delete(uid);
    else ingresses.set(uid, object);
    if (type === "ADDED" && !object.status?.loadBalancer?.ingress) setAddress(access, "ingress", of, HERE);
  });
}

/** Name of the Service behind a host; undefined when no Ingress has it. */
function serviceFor(ingresses: ReadonlyMap<string, Ingress>, host: string): string | undefined {
  const rules = [...ingresses.values()].flatMap(({ spec }) => spec.rules ?? []);
  return rules.find((rule) => rule.host === host)?.http?.paths[0]?.backend.service?.name;
}

async function serve(
  options: EntranceOptions,
  gateways: Gateways,
  service: string | undefined,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (service === undefined) {
    response.writeHead(404, { "content-type": "text/plain" }).end("default backend - 404");
  } else if (service.endsWith("-webserver") || service.endsWith("-fileserver")) {
    response.writeHead(200, { "content-type": "text/html" }).end("<title>ClearML</title>");
  } else if (service.endsWith("-apiserver")) {
    forward((await options.api()).url, options, incoming, response);
  } else {
    const backend = await gateways.backend();
    if (await gateways.mayPass(incoming)) return forward(backend.url, options, incoming, response);
    response.writeHead(302, { location: `https://app.${options.domain}/login` }).end();
  }
}

interface Gateways {
  backend(): Promise<Backend>;
  mayPass(incoming: IncomingMessage): Promise<boolean>;
  stop(): Promise<void>;
}

/** What stands behind the gateways of all tenants; it knows the sessions of the API double. */
function createGateways({ api, cookie }: EntranceOptions): Gateways {
  let started: Promise<Backend> | undefined;
  const backend = async () => {
    const server = await api();
    started ??= startBackend(server, () => ({ ...HEALTHY, looksFor: cookie }));
    return started;
  };
  return {
    backend,
    async mayPass({ headers, url = "/" }) {
      const session = Object.entries({ authorization: headers.authorization, cookie: headers.cookie });
      const brought = session.filter((each): each is [string, string] => each[1] !== undefined);
      const asked = await fetch(`${(await backend()).url}/.auth`, {
        headers: { ...Object.fromEntries(brought), "x-original-uri": url },
      });
      return asked.ok;
    },
    stop: async () => (await started)?.stop(),
  };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, HERE, resolve));
  return (server.address() as AddressInfo).port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
