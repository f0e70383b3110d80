/** What is released: every packed action alone, outside of the checkout; the npm package, installed; the same bytes twice. */
import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { runtimePackages } from "../../scripts/licences.ts";
import { makeArchives, SUMS } from "../../scripts/release/archives.ts";
import { relativeLinks } from "../../scripts/release/links.ts";
import { pack } from "../../scripts/release/pack.ts";
import { rootActionYml } from "../../scripts/release/root-action.ts";
import { ACTIONS } from "../../src/index.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type ActionRun, runAction } from "../support/run-action.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const NAMES = ACTIONS.map(({ definition }) => definition.name);
const scratch = mkdtempSync(join(tmpdir(), "release-pack-"));
const packed = join(scratch, "packed");
const demo = join(scratch, "demo");

beforeAll(async () => {
  // What lies around the folder on somebody's runner must not matter.
  writeFileSync(join(scratch, "package.json"), '{ "type": "commonjs" }\n');
  pack(packed);
  await makeArchives(packed, join(scratch, "archives"));
  cpSync(join(ROOT, "workflows-examples", "demo"), demo, { recursive: true });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A wrong input for each action; for those that are not named, an environment file that is not there. */
const WRONG: Readonly<Record<string, Record<string, string>>> = {
  "setup-clearml-helm": { "helm-version": "banana" },
  "mig-enable": { state: "maybe" },
  "deploy-tenant": { config: "nowhere.yaml", tenant: "acme" },
  "smoke-test-gateway": { config: "nowhere.yaml", tenant: "acme" },
};

interface ActionYml {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, unknown>;
  runs: { using: string; main: string; post?: string };
}

function ymlOf(folder: string): ActionYml {
  return parse(readFileSync(join(folder, "action.yml"), "utf8")) as ActionYml;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Runs a packed action as the runner does: with the defaults of its action.yml. */
function run(name: string, inputs: Record<string, string>, cwd: string): Promise<ActionRun> {
  const folder = join(packed, name);
  const { inputs: declared, runs } = ymlOf(folder);
  const defaults = Object.entries(declared).map(([input, { default: value = "" }]) => [
    input,
    value.startsWith("${{") ? "" : value,
  ]);
  return runAction(
    name,
    { ...Object.fromEntries(defaults), ...inputs },
    { cwd, stub: join(folder, runs.main) },
  );
}

describe.each(NAMES)("%s, packed", (name) => {
  const folder = join(packed, name);
  const source = join(ROOT, "actions", name);

  it("is a repository of its own", () => {
    const yml = ymlOf(folder);
    const original = ymlOf(source);
    expect({ ...yml, runs: undefined }).toEqual({ ...original, runs: undefined });
    expect(yml.runs.using).toBe("node24");
    expect(Object.keys(yml.runs)).toEqual(Object.keys(original.runs));
    for (const file of [yml.runs.main, yml.runs.post ?? yml.runs.main]) {
      expect(existsSync(join(folder, file))).toBe(true);
      expect(file).not.toContain("..");
    }
    expect(readdirSync(folder).sort()).toEqual(["LICENSE", "README.md", "SECURITY.md", "action.yml", "dist"]);
    expect(readFileSync(join(folder, "LICENSE"), "utf8")).toContain("Apache License");
  });

  it("has a page that says where it comes from, with links that hold there", () => {
    const page = readFileSync(join(folder, "README.md"), "utf8");
    expect(page).toMatch(new RegExp(`^# ${name}\\n\\n> This repository is a mirror`));
    expect(page).toContain("https://github.com/clearml/actions/issues");
    expect(page).toContain(`uses: clearml/${name}@v1`);
    expect([
      ...relativeLinks(page),
      ...relativeLinks(readFileSync(join(folder, "SECURITY.md"), "utf8")),
    ]).toEqual([]);
  });

  it("refuses a wrong input by name, alone and outside of the checkout", async () => {
    const inputs = WRONG[name] ?? { config: "nowhere.yaml" };
    const [input] = Object.keys(inputs);
    const { code, stdout, stderr, outputs } = await run(name, inputs, scratch);
    expect(stdout).toMatch(new RegExp(`^::error.*\`${input}\``, "m"));
    expect(code).toBe(2);
    expect(stderr).toBe("");
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(ymlOf(folder).outputs).sort());
  });
});

describe("packed actions", () => {
  it("do their work", async () => {
    const lint = await run("lint-overrides", { render: "false" }, demo);
    expect(lint).toMatchObject({ code: 0, outputs: { errors: "0", fixed: "0" } });
    const list = await run("list-tenants", {}, demo);
    expect(list).toMatchObject({ code: 0, outputs: { count: "2" } });
    const deploy = await run("deploy-tenant", { tenant: "nobody" }, demo);
    expect(deploy.stdout).toMatch(/^::error.*nobody/m);
    expect(deploy.code).toBe(2);
  });

  it("name the licence of every package that is bundled, with its text", () => {
    const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
    const bundled = [...runtimePackages(lock)].sort();
    expect(bundled.length).toBeGreaterThan(15);
    for (const folder of [join(packed, "deploy-tenant"), join(packed, "npm")]) {
      const file = readFileSync(join(folder, "dist", "lib", "licenses.txt"), "utf8");
      const starts = bundled.map((name) => `\n${file}`.indexOf(`\n${name}\n`));
      expect(starts.every((start, index) => start >= (starts[index - 1] ?? 0))).toBe(true);
      for (const [index, name] of bundled.entries())
        expect(file.slice(starts[index], starts[index + 1]), name).toMatch(/copyright/i);
    }
  });

  it("are the same bytes each time, folders and archives", async () => {
    const again = join(scratch, "again");
    pack(again);
    for (const file of filesBelow(packed))
      expect(readFileSync(join(again, file)).equals(readFileSync(join(packed, file))), file).toBe(true);
    expect(filesBelow(again)).toEqual(filesBelow(packed));
    await makeArchives(again, join(scratch, "archives-again"));
    const sums = readFileSync(join(scratch, "archives", SUMS), "utf8");
    expect(readFileSync(join(scratch, "archives-again", SUMS), "utf8")).toBe(sums);
    expect(sums.match(/\.tar\.gz$/gm)).toHaveLength(NAMES.length);
    execFileSync("sha256sum", ["--check", "--quiet", SUMS], { cwd: join(scratch, "archives") });
  });

  it("are what is in their archives", () => {
    const [archive = ""] = readdirSync(join(scratch, "archives")).filter((file) =>
      file.startsWith("mig-enable-"),
    );
    const target = join(scratch, "unpacked");
    mkdirSync(target);
    execFileSync("tar", ["-xzf", join(scratch, "archives", archive), "-C", target]);
    const folder = join(target, basename(archive, ".tar.gz"));
    expect(filesBelow(folder)).toEqual(filesBelow(join(packed, "mig-enable")));
    execFileSync("diff", ["--recursive", folder, join(packed, "mig-enable")]);
  });

  it("run in a workflow by the name of their repository; the repository that holds them all does not", async () => {
    const { act } = await ensureTools(["act"]);
    const repository = workflowRepository(demo, "lint-overrides");
    const rootAction = join(scratch, "root-action");
    mkdirSync(rootAction);
    writeFileSync(join(rootAction, "action.yml"), rootActionYml());
    const { stdout } = await promisify(execFile)(
      act,
      [
        ...["push", "--no-cache-server", "--platform", "ubuntu-24.04=-self-hosted"],
        ...["--action-cache-path", join(scratch, "act-cache")],
        ...["--local-repository", `clearml/lint-overrides@v1=${join(packed, "lint-overrides")}`],
        ...["--local-repository", `clearml/actions@v1=${rootAction}`],
      ],
      { cwd: repository, env: { PATH: nodeFirst(), HOME: scratch }, timeout: 60_000 },
    );
    expect(stdout).toContain("errors: 0, root: failure");
    for (const name of NAMES) expect(stdout).toContain(`- uses: clearml/${name}@v1`);
  });
});

/** A git repository with the demo environment and a workflow that uses an action by its name. */
function workflowRepository(folder: string, name: string): string {
  const steps = [
    { uses: "actions/checkout@v5" },
    { uses: `clearml/${name}@v1`, id: "it", with: { render: "false" } },
    { uses: "clearml/actions@v1", id: "root", "continue-on-error": true },
    { run: 'echo "errors: ${{ steps.it.outputs.errors }}, root: ${{ steps.root.outcome }}"' },
  ];
  const workflow = { on: "push", jobs: { it: { "runs-on": "ubuntu-24.04", steps } } };
  const repository = join(scratch, "workflow");
  cpSync(folder, repository, { recursive: true });
  mkdirSync(join(repository, ".github", "workflows"), { recursive: true });
  writeFileSync(join(repository, ".github", "workflows", "it.yml"), stringify(workflow));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: repository, stdio: "ignore" });
  git("init", "--quiet");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "first");
  return repository;
}

function nodeFirst(): string {
  return `${resolve(process.execPath, "..")}:${process.env.PATH}`;
}

describe("the npm package", () => {
  it("runs after an installation without a network, and brings nothing with it", async () => {
    const project = join(scratch, "project");
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), "{}\n");
    const [archive = ""] = readdirSync(join(scratch, "archives")).filter((file) => file.endsWith(".tgz"));
    const env = { PATH: nodeFirst(), HOME: project, npm_config_cache: join(scratch, "npm-cache") };
    const options = ["--offline", "--no-audit", "--no-fund", "--ignore-scripts"];
    execFileSync("npm", ["install", ...options, join(scratch, "archives", archive)], {
      cwd: project,
      env,
      stdio: "ignore",
    });
    expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "clearml-actions",
    ]);
    const { stdout } = await promisify(execFile)(
      "npx",
      ["--offline", "clearml-actions", "lint-overrides", "--config", join(demo, "clearml.yaml"), "--json"],
      { cwd: project, env },
    );
    expect(JSON.parse(stdout)).toMatchObject({ errors: "0" });
    const { version } = JSON.parse(readFileSync(join(packed, "npm", "package.json"), "utf8")) as {
      version: string;
    };
    const bin = join(project, "node_modules", ".bin", "clearml-actions");
    expect(execFileSync(bin, ["--version"], { env, encoding: "utf8" }).trim()).toBe(version);
  });

  it("says what it is, and has links that hold on its page", () => {
    const manifest = JSON.parse(readFileSync(join(packed, "npm", "package.json"), "utf8")) as Record<
      string,
      unknown
    >;
    const own = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Record<string, unknown>;
    for (const key of ["name", "version", "license", "repository", "bin"])
      expect(manifest[key]).toEqual(own[key]);
    expect(manifest).toMatchObject({ type: "module", engines: { node: ">=22" } });
    expect(manifest.dependencies).toBeUndefined();
    expect(relativeLinks(readFileSync(join(packed, "npm", "README.md"), "utf8"))).toEqual([]);
  });
});
