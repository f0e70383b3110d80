/** Mirrors of actions, in real repositories on disk and behind a server that wants a login. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { mirrorAll } from "../../scripts/release/mirror.ts";

const scratch = mkdtempSync(join(tmpdir(), "release-mirror-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const NAMES = ["deploy-tenant", "list-tenants"];
let owner: string;
let packed: string;
let count = 0;

beforeEach(() => {
  const world = join(scratch, String(count++));
  owner = join(world, "clearml");
  packed = join(world, "packed");
  for (const name of NAMES)
    git(world, "init", "--quiet", "--bare", `--initial-branch=main`, join(owner, name));
  pack("first");
});

/** Fills the packed folders; the text stands for everything in them. */
function pack(text: string): void {
  for (const name of NAMES) {
    mkdirSync(join(packed, name, "dist"), { recursive: true });
    writeFileSync(join(packed, name, "action.yml"), `name: ${name}\n`);
    writeFileSync(join(packed, name, "dist", "index.js"), `${text}\n`);
  }
  mkdirSync(join(packed, "npm"), { recursive: true });
}

function git(cwd: string, ...args: string[]): string {
  mkdirSync(cwd, { recursive: true });
  return execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** What a repository has under a name: the file that differs between versions. */
function content(name: string, ref: string): string {
  return git(join(owner, name), "show", `${ref}:dist/index.js`);
}

function refs(name: string): string[] {
  return git(join(owner, name), "for-each-ref", "--format=%(refname:short)").split("\n");
}

function commit(name: string, ref: string): string {
  return git(join(owner, name), "rev-parse", `${ref}^{commit}`);
}

function mirror(version: string): string[] {
  const said: string[] = [];
  mirrorAll({ packed, version, commit: "0123abc", owner, say: (line) => said.push(line) });
  return said;
}

describe("mirrors", () => {
  it("get the first version, with its tag, the tag of its major and the branch", () => {
    expect(mirror("1.0.0")).toEqual(NAMES.map((name) => `${name}: pushed v1.0.0, main, v1`));
    for (const name of NAMES) {
      expect(refs(name)).toEqual(["main", "v1", "v1.0.0"]);
      expect(content(name, "v1")).toBe("first");
      expect(git(join(owner, name), "ls-tree", "-r", "--name-only", "main").split("\n")).toEqual([
        "action.yml",
        "dist/index.js",
      ]);
      expect(git(join(owner, name), "log", "--format=%B", "main")).toContain("clearml/actions@0123abc");
    }
  });

  it("get the second after the first, and keep the first", () => {
    mirror("1.0.0");
    const first = commit("deploy-tenant", "v1.0.0");
    pack("second");
    mirror("1.1.0");
    expect(commit("deploy-tenant", "v1.1.0^")).toBe(first);
    expect(commit("deploy-tenant", "main")).toBe(commit("deploy-tenant", "v1.1.0"));
    expect([content("deploy-tenant", "v1"), content("deploy-tenant", "v1.0.0")]).toEqual(["second", "first"]);
  });

  it("are filled also where somebody has begun the repository with a page", () => {
    const clone = join(scratch, "clone");
    git(scratch, "clone", "--quiet", join(owner, "deploy-tenant"), clone);
    writeFileSync(join(clone, "README.md"), "to come\n");
    git(clone, "add", ".");
    git(clone, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "begun");
    git(clone, "push", "--quiet", "origin", "HEAD:refs/heads/main");
    mirror("1.0.0");
    expect(git(join(owner, "deploy-tenant"), "ls-tree", "-r", "--name-only", "main")).not.toContain("README");
    expect(git(join(owner, "deploy-tenant"), "log", "--format=%s", "main").split("\n")).toEqual([
      "v1.0.0",
      "begun",
    ]);
  });

  it("that a run has reached before it was killed are passed over by the next", () => {
    const stopped = join(packed, "list-tenants");
    rmSync(stopped, { recursive: true });
    mirror("1.0.0");
    const reached = commit("deploy-tenant", "v1.0.0");
    pack("first");
    expect(mirror("1.0.0")).toEqual([
      "deploy-tenant: is there already",
      "list-tenants: pushed v1.0.0, main, v1",
    ]);
    expect(commit("deploy-tenant", "v1.0.0")).toBe(reached);
  });

  it("get what is missing: a tag without the tag of its major", () => {
    mirror("1.0.0");
    git(join(owner, "deploy-tenant"), "update-ref", "-d", "refs/tags/v1");
    expect(mirror("1.0.0")[0]).toBe("deploy-tenant: pushed v1");
    expect(commit("deploy-tenant", "v1")).toBe(commit("deploy-tenant", "v1.0.0"));
  });

  it("refuse a version that is there with other content, name the files, and go on with the others", () => {
    mirror("1.0.0");
    git(join(owner, "list-tenants"), "update-ref", "-d", "refs/tags/v1");
    writeFileSync(join(packed, "deploy-tenant", "dist", "index.js"), "changed\n");
    expect(() => mirror("1.0.0")).toThrow(/deploy-tenant has v1\.0\.0 with other content: dist\/index\.js/);
    expect(content("deploy-tenant", "v1.0.0")).toBe("first");
    expect(refs("list-tenants")).toContain("v1");
  });

  it("keep v1 and main where they are when an older version is repaired", () => {
    mirror("1.0.0");
    pack("second");
    mirror("1.1.0");
    pack("repaired");
    expect(mirror("1.0.1")).toEqual(NAMES.map((name) => `${name}: pushed v1.0.1`));
    expect(content("deploy-tenant", "v1.0.1")).toBe("repaired");
    expect(commit("deploy-tenant", "v1.0.1^")).toBe(commit("deploy-tenant", "v1.0.0"));
    expect([content("deploy-tenant", "v1"), content("deploy-tenant", "main")]).toEqual(["second", "second"]);
  });

  it("move v1, but not main, for a version of an older major", () => {
    mirror("1.0.0");
    pack("next");
    mirror("2.0.0");
    pack("repaired");
    expect(mirror("1.0.1")[0]).toBe("deploy-tenant: pushed v1.0.1, v1");
    expect(["v1", "v2", "main"].map((ref) => content("deploy-tenant", ref))).toEqual([
      "repaired",
      "next",
      "next",
    ]);
  });

  it("get nothing when one of the three is refused", () => {
    const hook = join(owner, "deploy-tenant", "hooks", "update");
    writeFileSync(hook, '#!/bin/sh\n[ "$1" != refs/tags/v1 ]\n', { mode: 0o755 });
    expect(() => mirror("1.0.0")).toThrow(/deploy-tenant: git push:/);
    expect(refs("deploy-tenant")).toEqual([""]);
    expect(refs("list-tenants")).toContain("v1.0.0");
  });
});

describe("the login", () => {
  const TOKEN = "ghs_0123456789";
  let server: Server;
  afterEach(() => {
    delete process.env.RELEASE_TOKEN;
    server.close();
  });

  /** A token as it is, and as it is sent. */
  function spellings(token: string): string[] {
    return [token, basic(token)];
  }

  function basic(token: string): string {
    return Buffer.from(`x-access-token:${token}`).toString("base64");
  }

  /** Git's own server; pushes want the login that GitHub wants. */
  async function serve(): Promise<string> {
    const wanted = `Basic ${basic(TOKEN)}`;
    server = createServer((request, response) => {
      if (request.headers.authorization !== wanted) {
        response.writeHead(401, { "www-authenticate": "Basic realm=git" }).end();
        return;
      }
      const { pathname, search } = new URL(request.url ?? "", "http://localhost");
      const backend = spawn("git", ["http-backend"], {
        env: {
          ...process.env,
          ...{ GIT_PROJECT_ROOT: owner, GIT_HTTP_EXPORT_ALL: "1", REMOTE_USER: "app" },
          ...{ PATH_INFO: pathname, QUERY_STRING: search.slice(1), REQUEST_METHOD: request.method ?? "" },
          CONTENT_TYPE: request.headers["content-type"] ?? "",
          HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
          GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
        },
      });
      request.pipe(backend.stdin);
      const chunks: Buffer[] = [];
      backend.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
      backend.once("close", () => {
        const answer = Buffer.concat(chunks);
        const end = answer.indexOf("\r\n\r\n");
        const headers = answer.subarray(0, end).toString().split("\r\n");
        const fields = headers.map((line) => line.split(": ") as [string, string]);
        const status = Number(fields.find(([name]) => name === "Status")?.[1].slice(0, 3) ?? 200);
        response.writeHead(status, Object.fromEntries(fields)).end(answer.subarray(end + 4));
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  /** In a process of its own, since git is waited for; with every argument list of git in a file. */
  async function mirrorFrom(url: string, token?: string) {
    const bin = join(owner, "bin");
    const seen = join(bin, "seen");
    mkdirSync(bin, { recursive: true });
    const real = execFileSync("which", ["git"], { encoding: "utf8" }).trim();
    writeFileSync(join(bin, "git"), `#!/bin/sh\necho "$@" >> ${seen}\nexec ${real} "$@"\n`, { mode: 0o755 });
    const script = join(import.meta.dirname, "../../scripts/release/mirror.ts");
    const child = spawn(process.execPath, [script, packed, "1.0.0", "0123abc", url], {
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        GIT_TRACE_CURL: "1",
        GIT_TRACE_REDACT: "0",
        ...(token ? { RELEASE_TOKEN: token } : {}),
      },
    });
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.on("data", (text) => {
      output += text;
    });
    const code = await new Promise((done) => child.once("close", done));
    return { code, output, seen: readFileSync(seen, "utf8") };
  }

  it("takes the token from the environment, and shows it nowhere", async () => {
    for (const name of NAMES) git(join(owner, name), "config", "http.receivepack", "true");
    const { code, output, seen } = await mirrorFrom(await serve(), TOKEN);
    expect(output).toContain("deploy-tenant: pushed v1.0.0, main, v1");
    expect(code).toBe(0);
    expect(refs("deploy-tenant")).toContain("v1");
    for (const secret of spellings(TOKEN)) expect(`${output}${seen}`).not.toContain(secret);
    expect(seen).toContain("push --quiet --atomic");
  });

  it.each([undefined, "ghs_wrong"])(
    "with the token %s is refused at once, without a question",
    async (token) => {
      const { code, output } = await mirrorFrom(await serve(), token);
      expect(code).toBe(1);
      expect(output).toMatch(
        /deploy-tenant: git ls-remote: .*(could not read Username|Authentication failed)/s,
      );
      for (const secret of token ? spellings(token) : []) expect(output).not.toContain(secret);
      expect(refs("deploy-tenant")).toEqual([""]);
    },
  );
});
