/** A real nginx that plays the gateway of a tenant and all that stands around it, whole or with a fault. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import tls from "node:tls";
import { pathToFileURL } from "node:url";
import { newId } from "../clearml-api/envelope.ts";
import { type ClearmlApi, startClearmlApi } from "../clearml-api/server.ts";
import { addCompany, newCredential } from "../clearml-api/state.ts";
import { startBackend } from "./backend.ts";
import { createCertificates } from "./certificates.ts";
import { configuration, type Ports } from "./configuration.ts";
import { mapNames, type Names } from "./names.ts";
import { HEALTHY, HOSTS, type Play } from "./play.ts";
import { nginx } from "./requirements.ts";

export interface TestGateway {
  /** `https://gateway.acme.ml.test/`. In this process the name is known, and its certificate trusted, until `stop`. */
  url: string;
  /** The same gateway over http at a port of this machine, as with `service.type: NodePort`. */
  nodePortUrl: string;
  /** The API double behind nginx, which names the cookies; `api.url` is the API double itself. */
  apiUrl: string;
  /** The API at a plain port of this machine. */
  apiHttpUrl: string;
  appUrl: string;
  api: ClearmlApi;
  /** A key pair of an administrator of the tenant. */
  credentials: { accessKey: string; secretKey: string };
  ports: Ports;
  /** Where sessions without HTTP would be. */
  streams: { host: string; start: number; end: number };
  /** Variables with which another process knows the names and trusts the certificates. */
  env: Record<string, string>;
  /** Makes the gateway healthy again but for these faults. */
  play(faults?: Partial<Play>): Promise<void>;
  /** Leads requests below a path to another server; nginx goes on meanwhile. */
  addRoute(path: string, backendUrl: string, options: { protected: boolean }): void;
  removeRoute(path: string): void;
  /** Requests with a token or a session cookie that have come to the gateway since the last `play`. */
  sessionsSeen(): number;
  stop(): Promise<void>;
}

const START_MS = 10_000;

/** @param given an API double that is there already */
export async function startGateway(given?: ClearmlApi): Promise<TestGateway> {
  const program = nginx();
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-gateway-"));
  const api = given ?? (await startClearmlApi());
  const hosts = [HOSTS.gateway, HOSTS.gateway6, HOSTS.api, HOSTS.app, "127.0.0.1", "::1"];
  const certificates = await createCertificates(folder, hosts);
  let play = HEALTHY;
  const backend = await startBackend(api, () => play);
  const upstreams = { api: api.url, backend: backend.url };
  const [https, http, server, nodePort, apiHttp, start, end] = await freePorts();
  const ports: Ports = { https, http, server, nodePort, apiHttp };
  const streams = { host: HOSTS.streams, start, end };
  const listeners = streamListeners([start, end]);
  const names = namesFor(ports);
  const forget = mapNames(names);
  const distrust = trust(readFileSync(certificates.authority, "utf8"));
  let text = "";
  let running: ChildProcess | undefined;
  const written = () => configuration(folder, play, ports, upstreams, certificates);
  const restart = async () => {
    if (text === written()) return;
    await ended(running);
    text = written();
    running = await started(program, folder, text, ports.nodePort);
  };
  await restart();
  await listeners.set("open");
  return {
    ...{ api, ports, streams, apiUrl: `https://${HOSTS.api}`, appUrl: `https://${HOSTS.app}` },
    url: `https://${HOSTS.gateway}/`,
    nodePortUrl: `http://127.0.0.1:${nodePort}/`,
    apiHttpUrl: `http://127.0.0.1:${apiHttp}`,
    credentials: administrator(api),
    env: {
      NODE_EXTRA_CA_CERTS: certificates.authority,
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "names.ts")).href}`,
      TEST_NAMES: JSON.stringify(names),
    },
    async play(faults = {}) {
      play = { ...HEALTHY, ...faults };
      backend.sessions = 0;
      await Promise.all([restart(), listeners.set(play.streams)]);
    },
    addRoute: (path, backendUrl, options) => void backend.routes.set(path, { backendUrl, ...options }),
    removeRoute: (path) => void backend.routes.delete(path),
    sessionsSeen: () => backend.sessions,
    async stop() {
      forget();
      distrust();
      await Promise.all([ended(running), backend.stop(), listeners.set("closed")]);
      if (!given) await api.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function namesFor({ https, http, server }: Ports): Names {
  const ports = { 443: https, 80: http };
  const behind = { addresses: ["127.0.0.1"], ports: { 443: server } };
  return {
    [HOSTS.gateway]: { addresses: ["127.0.0.1"], ports },
    [HOSTS.gateway6]: { addresses: ["::1"], ports },
    [HOSTS.api]: behind,
    [HOSTS.app]: behind,
    [HOSTS.streams]: { addresses: ["127.0.0.1"] },
    [HOSTS.nobody]: { addresses: [] },
  };
}

/** Trusts one more authority in this process, as NODE_EXTRA_CA_CERTS does from its start. */
function trust(certificate: string): () => void {
  const before = tls.getCACertificates("default");
  tls.setDefaultCACertificates([...before, certificate]);
  return () => tls.setDefaultCACertificates(before);
}

function administrator({ state }: ClearmlApi): TestGateway["credentials"] {
  const { accessKey, secretKey } = newCredential();
  const base = { id: newId(), name: "Acme Admin", company: addCompany(state, "Acme GmbH").id };
  state.profiles.set(base.id, { ...base, created: new Date().toISOString() });
  state.logins.set(base.id, {
    ...{ ...base, role: "admin", email: "admin@acme.example", protected: false },
    credentials: [{ accessKey, secretKey }],
  });
  return { accessKey, secretKey };
}

type SevenPorts = [number, number, number, number, number, number, number];

/** In ascending order: the last two are a range. */
async function freePorts(): Promise<SevenPorts> {
  const servers = await Promise.all(Array.from({ length: 7 }, () => listening(0)));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => closed(server)));
  return ports.sort((a, b) => a - b) as SevenPorts;
}

async function listening(port: number): Promise<Server> {
  const server = createServer((socket) => socket.on("error", () => undefined).end()).listen(
    port,
    "127.0.0.1",
  );
  await once(server, "listening");
  return server;
}

async function closed(server: Server): Promise<void> {
  const end = once(server, "close");
  server.close();
  await end;
}

function streamListeners(ports: readonly number[]) {
  let servers: Server[] = [];
  return {
    async set(wanted: Play["streams"]): Promise<void> {
      if ((wanted === "open") === servers.length > 0) return;
      if (wanted === "open") servers = await Promise.all(ports.map(listening));
      else await Promise.all(servers.splice(0).map(closed));
    },
  };
}

/** Starts nginx and waits until it listens. */
async function started(program: string, folder: string, text: string, port: number): Promise<ChildProcess> {
  const file = join(folder, "nginx.conf");
  writeFileSync(file, text);
  const child = spawn(program, ["-p", folder, "-e", join(folder, "error.log"), "-c", file], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const end = () => void child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.removeListener("exit", end));
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const deadline = Date.now() + START_MS;
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`nginx did not start: ${stderr}`);
    await pause(5);
  }
  return child;
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  await exit;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
