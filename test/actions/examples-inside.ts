/** What is behind an air gap: a registry for charts, and a mirror of the tools, whose certificate only its own authority vouches for. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createAuthority } from "../cluster/certificates.ts";
import { serveHttps } from "../support/registries/http-server.ts";
import { startOciRegistry } from "../support/registries/oci.ts";
import { SECRETS, type World } from "../support/world.ts";

export interface Inside {
  /** `127.0.0.1:PORT` of the registry. */
  registry: string;
  /** `oci://…` of its charts. */
  charts: string;
  /** The login there, as the workflow names it, and the mirror's token. */
  secrets: Record<string, string>;
  /** What the workflow takes as variables. */
  vars: { REGISTRY: string; MIRROR: string; CA_FILE: string };
  /** Paths the mirror was asked for. */
  asked: string[];
  /**
   * Does what a person does with the list.
   * @param commands of the example, which name the registry `registry.example.com`
   * @returns the images that were copied, by their names inside
   */
  fill(list: string, commands: string): Promise<string[]>;
  stop(): Promise<void>;
}

const PATH = "clearml";
const USER = "allegroaienterprise";
const MIRROR_TOKEN = "canary-mirror-9d02aa51";

/** @param folder of the caller's, for the certificates */
export async function startInside(world: World, folder: string): Promise<Inside> {
  // The same as outside: so the other workflows can go on from here.
  const password = SECRETS.CLEARML_DOCKERHUB_TOKEN;
  const asked: string[] = [];
  const [registry, mirror] = await Promise.all([
    startOciRegistry({ binary: world.tools.registry, username: USER, password }),
    startMirror(world, folder, asked),
  ]);
  return {
    registry: registry.host,
    charts: `oci://${registry.host}/${PATH}`,
    secrets: { REGISTRY_USER: USER, REGISTRY_PASSWORD: password, MIRROR_TOKEN },
    vars: { REGISTRY: registry.host, MIRROR: mirror.url, CA_FILE: mirror.authority },
    asked,
    fill: (list, commands) => fill({ world, folder, registry: registry.host, list, commands }),
    stop: async () => void (await Promise.all([registry.stop(), mirror.stop()])),
  };
}

async function fill(given: {
  world: World;
  folder: string;
  registry: string;
  list: string;
  commands: string;
}) {
  const { world, folder, registry, list, commands } = given;
  const cwd = mkdtempSync(join(folder, "fill-"));
  writeFileSync(join(cwd, "air-gap.txt"), list);
  const script = `
    helm() { ${world.tools.helm} "$@" --plain-http; }
    skopeo() { echo "$4" >> copied; }
    for host in ${world.registries.oci.host} ${registry}; do
      helm registry login "$host" --username ${USER} --password-stdin <<< "$PASSWORD"
    done
    ${commands.replaceAll("registry.example.com", registry)}`;
  const env = { PATH: process.env.PATH, HOME: cwd, PASSWORD: SECRETS.CLEARML_DOCKERHUB_TOKEN };
  // Some of the servers are in this process.
  await promisify(execFile)("bash", ["-e", "-o", "pipefail", "-c", script], { cwd, env });
  const copied = readFileSync(join(cwd, "copied"), "utf8").trim().split("\n");
  return copied.map((name) => name.replace("docker://", ""));
}

async function startMirror(world: World, folder: string, asked: string[]) {
  const authority = await createAuthority(mkdtempSync(join(folder, "authority-")));
  const { certificate: cert, key } = await authority.issue("mirror", "CN=mirror", ["127.0.0.1"]);
  const tls = { cert: readFileSync(cert), key: readFileSync(key) };
  const server = await serveHttps(tls, ({ url = "", headers }, response) => {
    asked.push(url);
    if (headers.authorization !== `Bearer ${MIRROR_TOKEN}`) return void response.writeHead(401).end();
    void fetch(`${world.registries.mirror.url}${url}`).then(async (found) =>
      response.writeHead(found.status).end(Buffer.from(await found.arrayBuffer())),
    );
  });
  return { ...server, authority: authority.certificate };
}
