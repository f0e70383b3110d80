/** The command line, spawned without any variable of a runner. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACTIONS } from "../../src/index.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type HttpServer, serveHttp } from "../support/registries/http-server.ts";
import { type OciRegistry, startOciRegistry } from "../support/registries/oci.ts";
import { type CliOptions, cliCommand, runCli } from "../support/run-cli.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const DEMO = join(ROOT, "workflows-examples/demo");
const SEED = join(ROOT, "test/fixtures/seeds/multi-tenant-redis.yaml");
const TOKEN = "canary-mirror-93af0c11";

const temp = mkdtempSync(join(tmpdir(), "cli-test-"));
const [home, bin, tools] = ["home", "bin", "with tools"].map((name) => join(temp, name)) as [
  string,
  string,
  string,
];
for (const each of [home, bin, tools]) mkdirSync(each);
const env = { PATH: bin, HOME: home, TMPDIR: temp };

/** A mirror that begins to answer, and never ends. */
let mirror: HttpServer;
let authorization: string | undefined;
let registry: OciRegistry;

beforeAll(async () => {
  const paths = await ensureTools(["helm", "kubectl", "kubeconform", "registry"]);
  for (const name of ["helm", "kubectl", "kubeconform"] as const) symlinkSync(paths[name], join(tools, name));
  mirror = await serveHttp((request, response) => {
    authorization = request.headers.authorization;
    response.writeHead(200).write("the first bytes");
  });
  registry = await startOciRegistry({ binary: paths.registry, username: "dana", password: TOKEN });
});
afterAll(async () => {
  await Promise.all([mirror?.stop(), registry?.stop()]);
  rmSync(temp, { recursive: true });
});

const cli = (args: readonly string[], options: Partial<CliOptions> = {}) =>
  runCli(args, { cwd: DEMO, env, ...options });

describe.concurrent("clearml-actions", () => {
  it("lists its actions, and the inputs of one however it is asked", async () => {
    const [general, bare, help, option, short] = await Promise.all([
      cli(["help"]),
      cli([]),
      cli(["help", "deploy-tenant"]),
      cli(["deploy-tenant", "--help"]),
      cli(["deploy-tenant", "--tenant", "x", "-h"]),
    ]);
    expect(general.stdout).toMatch(
      /setup-clearml-helm [\s\S]*\n {2}lint-overrides [\s\S]*\n {2}deploy-tenant /,
    );
    expect(bare).toEqual(general);
    expect(help.stdout).toMatch(/--tenant <text> [^-]*\(required/);
    expect([option, short]).toEqual([help, help]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
  });

  it("knows its version", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(await cli(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  it("prints the summary without --json", async () => {
    expect((await cli(["lint-overrides"])).stdout).toContain("## lint-overrides");
  });

  it("shows findings as file:line:col, without colours where nobody sees them", async () => {
    const { stderr } = await cli(["lint-overrides", "--files", `${SEED}=redis`, "--fail-on", "warning"]);
    expect(stderr).toMatch(/multi-tenant-redis\.yaml:\d+:\d+: (warning|error): .*\[L55 well-known-secret\]/);
    expect(stderr).not.toContain("\u001b");
  });

  it.each([
    [{}, true],
    [{ NO_COLOR: "1" }, false],
  ])("in a terminal with %j: colours %s", async (variables, coloured) => {
    const shown = await inTerminal(["lint-overrides", "--config", "nope.yaml"], { ...env, ...variables });
    expect(shown).toContain("nope.yaml does not exist");
    expect(shown.includes("\u001b[31merror")).toBe(coloured);
  });

  it("goes on when nobody reads any more", async () => {
    const { file, args } = cliCommand();
    const child = spawn(file, [...args, "lint-overrides", "--config", "nope.yaml"], { cwd: DEMO, env });
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
    expect(await once(child, "exit")).toEqual([2, null]);
  });
});

it("says on an older Node what it needs, and nothing else", async () => {
  const older =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })";
  const stub = join(ROOT, "dist/cli/index.js");
  const child = spawn(process.execPath, ["--import", `data:text/javascript,${older}`, stub, "help"], { env });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  expect(await once(child, "exit")).toEqual([2, null]);
  expect(await said).toEqual(["", "clearml-actions needs Node 22 or later; this is Node 20.20.2\n"]);
});

describe.concurrent("refuses with exit code 2", () => {
  it.each<[string[], string]>([
    [["lint-overides"], "unknown action `lint-overides`; did you mean `lint-overrides`?"],
    [["help", "nothing-like-it"], "run `clearml-actions help`"],
    [["--json"], "unknown action `--json`"],
    [["lint-overrides", "--confg", "x"], "did you mean `--config`?"],
    [["lint-overrides", "--config"], "`--config` has no value"],
    [["lint-overrides", "clearml.yaml"], "unexpected argument `clearml.yaml`"],
    [["lint-overrides", "--fix=maybe"], "input `fix`: expected true or false, got `maybe`"],
    [["lint-overrides", "--config", "nope.yaml"], "nope.yaml does not exist"],
    [["deploy-tenant"], "input `tenant` is missing"],
  ])("%j", async (args, message) => {
    const { code, stderr } = await cli(args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it("a secret among the arguments, without repeating it", async () => {
    const run = await cli(["smoke-test-gateway", "--access-key", TOKEN, "--secret-key=hunter2hunter2"]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("environment variable INPUT_ACCESS_KEY");
    expect(run.stderr).toContain("environment variable INPUT_SECRET_KEY");
    expect(JSON.stringify(run)).not.toMatch(/canary|hunter2/);
  });
});

describe.concurrent("with --json stdout is one JSON document, and the exit code says", () => {
  const GATEWAY = ["smoke-test-gateway", "--url", "https://127.0.0.1:9"];
  it.each<[string, string[], number, RegExp]>([
    ["done", ["lint-overrides"], 0, /environment `demo` \(2 tenants/],
    ["findings", ["lint-overrides", "--files", `${SEED}=redis`, "--fail-on", "warning"], 1, /L55/],
    ["a failed check", [...GATEWAY, "--checks", "answers", "--timeout", "1s"], 1, /ECONNREFUSED/],
    ["a wrong input", ["lint-overrides", "--render", "maybe"], 2, /expected one of auto/],
    ["a wrong flag", ["lint-overrides", "--confg", "x"], 2, /--config/],
    ["a missing tool", ["detect-drift"], 3, /kubectl is not installed or not on PATH; run the setup/],
    ["nothing could be checked", [...GATEWAY, "--checks", "session"], 4, /nothing could be looked at/],
  ])("%s", async (_, args, code, said) => {
    const run = await cli([...args, "--json"]);
    expect(run.code, run.stderr).toBe(code);
    expect(run.stderr).toMatch(said);
    const action = ACTIONS.find(({ definition }) => definition.name === args[0]);
    expect(Object.keys(JSON.parse(run.stdout) as object)).toEqual(
      Object.keys(action?.definition.outputs.shape ?? {}),
    );
  });

  it.each(["SIGINT", "SIGTERM"] as const)("that %s has ended it", async (signal) => {
    let killed: number | undefined;
    const run = await cli(["setup-clearml-helm", "--mirror", mirror.url, "--json"], {
      env: { ...env, INPUT_MIRROR_TOKEN: TOKEN },
      onStderr(said, kill) {
        // Once: a second signal ends it at once.
        if (killed || !/downloading kubectl/.test(said)) return;
        killed = performance.now() + 300;
        setTimeout(kill, 300, signal);
      },
    });
    expect(run.code, run.stderr).toBe(signal === "SIGINT" ? 130 : 143);
    expect(performance.now() - (killed ?? 0)).toBeLessThan(8_000);
    expect(JSON.parse(run.stdout)).toMatchObject({ "helm-path": "" });
    expect(run.stderr).not.toMatch(/unexpected error|^ +at /m);
    // The secret came by its variable, and went nowhere else.
    expect(authorization).toBe(`Bearer ${TOKEN}`);
    expect(JSON.stringify(run)).not.toContain("canary");
  });
});

describe.concurrent("outside GitHub, with PATH and HOME alone,", () => {
  const MISSING: Readonly<Record<string, { args?: string[]; code: number; said: RegExp }>> = {
    "setup-clearml-helm": {
      args: ["--mirror", "http://127.0.0.1:9"],
      code: 3,
      said: /download of \S+ failed: .*; check the address/,
    },
    "lint-overrides": { code: 0, said: /environment `demo` \(2 tenants/ },
    "deploy-control-plane": {
      code: 2,
      said: /secret `SUPERVISOR_KEY` has no value; set the environment var/,
    },
    "deploy-tenant": {
      args: ["--tenant", "acme"],
      code: 2,
      said: /tenants\/acme\/agent\.yaml:2:13: error: /,
    },
    "list-tenants": { code: 0, said: /2 of 2 tenants/ },
    "mig-enable": { code: 2, said: /no GPU to change.*set KUBECONFIG/ },
    "smoke-test-gateway": { code: 2, said: /`tenant`/ },
    "detect-drift": { code: 3, said: /kubectl is not installed or not on PATH; run the setup/ },
  };
  it.each(ACTIONS.map(({ definition }) => definition.name))("%s says what it needs", async (name) => {
    const { args = [], code, said } = MISSING[name] ?? { code: -1, said: /never/ };
    const run = await cli([name, ...args], { env: { PATH: bin, HOME: home } });
    expect(run.stderr).toMatch(said);
    expect(run.code).toBe(code);
    const all = run.stdout + run.stderr;
    expect(all).not.toMatch(/^ +at |unexpected error|GITHUB_|RUNNER_|undefined/m);
    // Commands for the runner have no meaning here.
    expect(all).not.toMatch(/^::/m);
  });
});

describe("--export", () => {
  it("prints lines for a shell that lead the following commands to tools and logins", async () => {
    const run = await cli(
      [
        "setup-clearml-helm",
        "--export",
        "--repositories",
        `oci://${registry.host} username=USER password=PASSWORD`,
      ],
      {
        env: { ...env, PATH: tools, USER: "dana", PASSWORD: TOKEN },
      },
    );
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toMatch(/^(export \w+=\S+\n)+$/);
    const script = `eval "$1" && helm pull oci://${registry.host}/no/such --plain-http 2>&1; echo "$HELM_REGISTRY_CONFIG"`;
    const after = await started("sh", ["-c", script, "sh", run.stdout], { ...env, PATH: `${tools}:/bin` });
    // Logged in, or the registry would say 401.
    expect(after).toMatch(/name unknown[\s\S]*\n\/\S+config\.json\n$/);
  });
});

/** What a program prints on stdout. */
function started(file: string, args: string[], variables: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((done) => {
    execFile(file, args, { cwd: DEMO, env: variables }, (_, stdout) => done(stdout));
  });
}

/** All that a command prints in a terminal of its own. */
function inTerminal(args: string[], variables: Readonly<Record<string, string>>): Promise<string> {
  const code = "import pty, sys; pty.spawn(sys.argv[1:])";
  const command = cliCommand();
  return started("python3", ["-c", code, command.file, ...command.args, ...args], {
    ...variables,
    PATH: process.env.PATH ?? "",
    TERM: "xterm-256color",
  });
}
