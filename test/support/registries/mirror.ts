import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { PINS } from "../../cluster/pins.ts";
import { type HttpServer, serveHttp } from "./http-server.ts";

export interface ToolMirror extends HttpServer {
  /** Files by their path, and the SHA-256 sum of each archive or binary. */
  sums: Readonly<Record<string, string>>;
  /** Paths asked for so far. */
  requests: readonly string[];
  /** Answers a path with other bytes from now on. */
  replace(path: string, content: string): void;
}

export interface MirrorOptions {
  helm: string;
  helm3: string;
  kubectl: string;
  kubeconform: string;
  /** Folder that keeps the archives for the next start. */
  dir: string;
  /** Bearer token every request needs. */
  token?: string;
}

const PLATFORM = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;

/**
 * Serves the tools as their publishers do: the same paths, archives and checksum files, made of the binaries given.
 */
export async function startToolMirror(options: MirrorOptions): Promise<ToolMirror> {
  const files = makeFiles(options);
  const sums = Object.fromEntries(
    [...files]
      .filter(([path]) => /(\.tar\.gz|\/kubectl)$/.test(path))
      .map(([path, content]) => [path, sha256(content)]),
  );
  const requests: string[] = [];
  const server = await serveHttp((request, response) => {
    requests.push(request.url ?? "");
    if (options.token && request.headers.authorization !== `Bearer ${options.token}`) {
      response.writeHead(401).end("401: Unauthorized");
      return;
    }
    const content = files.get(new URL(request.url ?? "/", "http://localhost").pathname);
    if (content) response.end(content);
    else response.writeHead(404).end("404: Not Found");
  });
  return {
    ...server,
    sums,
    requests,
    replace: (path, content) => void files.set(path, Buffer.from(content)),
  };
}

function makeFiles(options: MirrorOptions): Map<string, Buffer> {
  const platform = PLATFORM.replace("-", "/");
  const files = new Map<string, Buffer>();
  for (const [version, binary] of [
    [PINS.helm, options.helm],
    [PINS.helm3, options.helm3],
  ] as const) {
    const name = `helm-v${version}-${PLATFORM}.tar.gz`;
    const content = archive(join(options.dir, name), `${PLATFORM}/helm`, binary);
    files.set(`/${name}`, content);
    files.set(`/${name}.sha256sum`, Buffer.from(`${sha256(content)}  ${name}\n`));
    files.set(`/helm${version.split(".")[0]}-latest-version`, Buffer.from(`v${version}\n`));
  }
  const kubectl = readFileSync(options.kubectl);
  const kubectlPath = `/release/v${PINS.kubectl}/bin/${platform}/kubectl`;
  files.set(kubectlPath, kubectl);
  files.set(`${kubectlPath}.sha256`, Buffer.from(sha256(kubectl)));
  files.set("/release/stable.txt", Buffer.from(`v${PINS.kubectl}`));
  const release = `/yannh/kubeconform/releases/download/v${PINS.kubeconform}`;
  const name = `kubeconform-${PLATFORM}.tar.gz`;
  const content = archive(join(options.dir, name), "kubeconform", options.kubeconform);
  files.set(`${release}/${name}`, content);
  files.set(`${release}/CHECKSUMS`, Buffer.from(`${sha256(content)}  ${name}\n`));
  return files;
}

/** An archive with one program under a path; kept, because packing 60 MB takes seconds. */
function archive(file: string, path: string, binary: string): Buffer {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    const scratch = mkdtempSync(`${file}-`);
    const program = join(scratch, path);
    mkdirSync(dirname(program), { recursive: true });
    copyFileSync(binary, program);
    chmodSync(program, 0o755);
    execFileSync("tar", ["-czf", join(scratch, basename(file)), path], { cwd: scratch });
    renameSync(join(scratch, basename(file)), file);
    rmSync(scratch, { recursive: true });
  }
  return readFileSync(file);
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** For tests that need a file of sums beside a mirror. */
export function writeSums(file: string, sums: Readonly<Record<string, string>>): void {
  writeFileSync(
    file,
    Object.entries(sums)
      .map(([path, sum]) => `${sum}  ${path.slice(1)}\n`)
      .join(""),
  );
}
