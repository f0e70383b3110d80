/** Every kind of wrong input: one clear message that names it and its repair, the right exit code, nothing changed. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freePorts } from "../cluster/supervise.ts";
import type { ClearmlApi } from "../support/clearml-api/server.ts";
import { setUp } from "../support/deployment.ts";
import { type ActionRun, runAction } from "../support/run-action.ts";
import { SECRETS, startWorld, stepEnvironment, type World } from "../support/world.ts";

let world: World;
let machine: string;
let env: Record<string, string>;
/** A copy of the world's environment for one test. */
let folder: string;

beforeAll(async () => {
  machine = mkdtempSync(join(tmpdir(), "bad-input-"));
  world = await startWorld();
  env = { ...world.env, ...stepEnvironment(await setUp(world, machine)) };
});
afterAll(async () => {
  await world?.stop();
  rmSync(machine, { recursive: true, force: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bad-input-"));
  cpSync(world.folder, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function act(
  name: string,
  inputs: Record<string, string> = {},
  change: Record<string, string> = {},
): Promise<ActionRun> {
  return runAction(name, inputs, { cwd: folder, env: { ...env, ...change } });
}

function edit(file: string, from: string | RegExp, to: string): void {
  const path = join(folder, file);
  const before = readFileSync(path, "utf8");
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

/** The error annotations of a run: message, then repair, with the place in front. */
function errors(run: ActionRun): string[] {
  return run.stdout.split("\n").flatMap((line) => {
    const [, place = "", text] = /^::error ?([^:]*)::(.*)$/.exec(line) ?? [];
    const at = /file=([^,]*),line=(\d+)/.exec(place);
    return text === undefined
      ? []
      : [`${at ? `${at[1]}:${at[2]} ` : ""}${text.replaceAll("%0A", "; ").replaceAll("%25", "%")}`];
  });
}

function namespaces(): string {
  return world.kubectl("get", "namespaces", "-o", "name");
}

/** A run must fail with one message, leave the cluster as it was and nothing on the runner. */
async function expectRefusal(
  work: () => Promise<ActionRun>,
  code: number,
  ...words: (string | RegExp)[]
): Promise<void> {
  const before = namespaces();
  const run = await work();
  expect(run.code, run.stdout + run.stderr).toBe(code);
  const [message, ...others] = errors(run);
  expect(others).toEqual([]);
  for (const word of words) expect(message).toMatch(word);
  expect(run.stdout + run.stderr).not.toMatch(/ {4}at .*:\d+:\d+/);
  expect(run.summary).toContain("❌");
  expect(run.leftovers).toEqual([]);
  expect(namespaces()).toBe(before);
  for (const secret of Object.values(SECRETS)) {
    expect(run.stdout.replaceAll(/^::add-mask::.*$/gm, "") + run.summary).not.toContain(secret);
  }
}

const DEPLOYMENTS = [
  ["deploy-control-plane", {}],
  ["deploy-tenant", { tenant: "acme" }],
] as const;

describe.each(DEPLOYMENTS)("%s", (name, inputs) => {
  it("names the config input when the file is missing", () =>
    expectRefusal(() => act(name, { ...inputs, config: "nope.yaml" }), 2, "nope.yaml", "`config`"));

  it("shows where the YAML is broken", () => {
    edit("clearml.yaml", "secrets:", "secrets: [\n");
    return expectRefusal(() => act(name, inputs), 2, /^clearml\.yaml:\d+ /, "YAML");
  });

  it("hints at the key that was meant", () => {
    edit("clearml.yaml", "baseDomain:", "baseDomian:");
    return act(name, inputs).then((run) => {
      expect(run.code).toBe(2);
      expect(errors(run).join("\n")).toMatch(/clearml\.yaml:4 .*baseDomian.*baseDomain/);
    });
  });

  it("names a secret that the step was not given, and how to pass it", async () => {
    const run = await act(name, inputs, { CLEARML_DOCKERHUB_TOKEN: "" });
    expect(run.code).toBe(2);
    expect(errors(run)[0]).toMatch(/CLEARML_DOCKERHUB_TOKEN/);
    expect(errors(run)[0]).toContain("CLEARML_DOCKERHUB_TOKEN: ${{ secrets.CLEARML_DOCKERHUB_TOKEN }}");
    expect(errors(run)[0]).toMatch(/^(overrides|tenants)\/.*:\d+ /);
  });

  it("says which cluster does not answer", async () => {
    const [port] = await freePorts(1);
    const kubeconfig = join(folder, "kubeconfig");
    const reachable = readFileSync(world.cluster.kubeconfig, "utf8");
    writeFileSync(kubeconfig, reachable.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`));
    await expectRefusal(
      () => act(name, inputs, { KUBECONFIG: kubeconfig }),
      3,
      `127.0.0.1:${port}`,
      "KUBECONFIG",
    );
  });

  it("says that there is no kubeconfig", () =>
    expectRefusal(
      () => act(name, inputs, { KUBECONFIG: join(folder, "none") }),
      3,
      "no cluster is configured",
      "KUBECONFIG",
    ));

  it("says that Helm is missing", () =>
    expectRefusal(
      () => act(name, inputs, { PATH: `${folder}:${kubectlFolder()}` }),
      3,
      "helm is not installed",
      "setup-clearml-helm",
    ));
});

describe("charts", () => {
  it("names the component, its line and the version that is not there", () => {
    edit("clearml.yaml", "version: 10.12.7", "version: 99.0.0");
    return expectRefusal(
      () => act("deploy-control-plane"),
      2,
      /^clearml\.yaml:\d+ /,
      "control-plane",
      "99.0.0",
      "`version`",
    );
  });

  it("names the token input when the registry refuses the pull", () => {
    const loggedOut = { HELM_REGISTRY_CONFIG: join(folder, "no-logins.json") };
    return expectRefusal(
      () => act("deploy-control-plane", { components: "control-plane" }, loggedOut),
      2,
      "control-plane",
      "`dockerhub-token`",
    );
  });

  it("reports a value the chart refuses, at the component, and does not hide the others", async () => {
    edit("overrides/redis.yaml", "architecture: standalone", "architecture: cluster");
    const run = await act("deploy-control-plane", { components: "redis" });
    expect(run.code).toBe(2);
    expect(errors(run)[0]).toMatch(/^clearml\.yaml:\d+ component `redis`.*architecture/s);
  });
});

describe("inputs", () => {
  it("hints at the tenant that was meant", () =>
    expectRefusal(() => act("deploy-tenant", { tenant: "acne" }), 2, "`tenant`", "did you mean `acme`"));

  it("reports all wrong inputs at once", async () => {
    const run = await act("deploy-tenant", { mode: "destroy", timeout: "ten" });
    expect(run.code).toBe(2);
    expect(errors(run)).toHaveLength(3);
  });
});

describe("the ClearML API", () => {
  let api: ClearmlApi;
  beforeAll(async () => {
    const run = await runAction("deploy-control-plane", {}, { cwd: world.folder, env });
    expect(run.code, run.stdout).toBe(0);
    api = await world.api();
  });
  const tenant = (url = api.url) => act("deploy-tenant", { tenant: "acme", "api-url": url });

  it.each([
    ["401", { status: 401, subcode: 22, message: "Unauthorized (invalid credentials)" }, 2, /clearml-conf/],
    ["500", { status: 500 }, 3, /auth\.login|server/],
    ["a proxy's HTML page", { status: 502, html: true, times: 4 }, 3, /HTML|proxy|502/],
    ["HTML with status 200", { status: 200, html: true }, 2, /is 127\.0\.0\.1 the API server/],
  ])("answers %s: the message names the server, and no company is made", async (_, failure, code, words) => {
    api.fail({ endpoint: "auth.login", ...failure });
    const companies = api.calls.filter((call) => call.endpoint === "system.create_company").length;
    await expectRefusal(() => tenant(), code, words, new RegExp(api.url.replaceAll(".", "\\.")));
    expect(api.calls.filter((call) => call.endpoint === "system.create_company")).toHaveLength(companies);
  });

  it("is not there: the message names the address", async () => {
    const [port] = await freePorts(1);
    await expectRefusal(() => tenant(`http://127.0.0.1:${port}`), 3, `127.0.0.1:${port}`);
  });

  it("is there, and a tenant's chart does not accept the cluster: refused before anything is installed", () => {
    edit("tenants/globex.yaml", "version: 1.4.0", "version: 1.2.0");
    return expectRefusal(
      () => act("deploy-tenant", { tenant: "globex", "api-url": api.url }),
      2,
      "task-traffic-router",
      "< 1.32.0-0",
      "v1.35.4",
    );
  });

  it("is there, and the classic repository refuses the pull: the token input is named", () => {
    const loggedOut = { HELM_REPOSITORY_CONFIG: join(folder, "no-repositories.yaml") };
    return expectRefusal(
      () =>
        act(
          "deploy-tenant",
          { tenant: "globex", components: "task-traffic-router", "api-url": api.url },
          loggedOut,
        ),
      2,
      "task-traffic-router",
      "`helm-repo-token`",
    );
  });

  it("says which workload does not become ready, and why", async () => {
    edit(
      "overrides/control-plane.yaml",
      "apiserver:\n",
      "apiserver:\n  podAnnotations: { clearml-actions.test/fail: crash }\n",
    );
    const run = await act("deploy-control-plane", { timeout: "4s", components: "control-plane" });
    expect(run.code).toBe(3);
    expect(errors(run)[0]).toMatch(
      /release clearml\/clearml .*: deployment\/clearml-clearml-enterprise-apiserver: pod \S+: container clearml-apiserver crashes \(exit code 1, 3 restarts\); read `kubectl -n clearml logs/,
    );
    expect(JSON.parse(run.outputs.releases ?? "")).toEqual([]);
  });
});

describe("a cancelled run", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "ends soon after %s, says what it waited for, and leaves no process",
    async (signal) => {
      const words = "webserver:\n  podAnnotations: { clearml-actions.test/fail: image }\n";
      edit("overrides/control-plane.yaml", "webserver:\n", words);
      let started: { pid: number; kill(signal: NodeJS.Signals): void } | undefined;
      let cancelled = 0;
      const options = {
        cwd: folder,
        env,
        onStart: (process: typeof started) => {
          started = process;
        },
        // Said once the wait is well under way, however long Helm took before.
        onLine: (line: string) => {
          if (cancelled > 0 || !/\d+ of \d+ ready/.test(line)) return;
          cancelled = Date.now();
          started?.kill(signal);
        },
      };
      const run = await runAction("deploy-control-plane", { components: "control-plane" }, options);
      expect(run.code, run.stdout).toBe(3);
      expect(errors(run)[0]).toMatch(
        /the run was cancelled while it was not ready: deployment\/clearml-clearml-enterprise-webserver/,
      );
      expect(Date.now() - cancelled).toBeLessThan(7_500);
      expect(run.leftovers).toEqual([]);
      const processes = execFileSync("ps", ["-eo", "ppid,args"]).toString();
      expect(processes).not.toMatch(new RegExp(`^\\s*(${started?.pid}|1) kubectl proxy`, "m"));
    },
  );
});

function kubectlFolder(): string {
  const bin = join(folder, "bin");
  const tool = (env.PATH ?? "").split(":").find((each) => readdirSync(each).includes("kubectl")) ?? "";
  cpSync(join(tool, "kubectl"), join(bin, "kubectl"));
  return bin;
}
