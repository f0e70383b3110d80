import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ActionRun, runAction } from "../support/run-action.ts";
import { SECRETS, startWorld, stepEnvironment, type World } from "../support/world.ts";

let world: World;
let machine: string;
let recorded: string;
let env: Record<string, string>;
let api: string;
/** Every run of this file, in order. */
const runs: ActionRun[] = [];

beforeAll(async () => {
  machine = mkdtempSync(join(tmpdir(), "deploy-test-"));
  recorded = join(machine, "processes.jsonl");
  world = await startWorld();
  const recorder = {
    NODE_OPTIONS: `--import=${resolve(import.meta.dirname, "../support/recorder.mjs")}`,
    RECORD_PROCESSES: recorded,
  };
  const setup = await act("setup-clearml-helm", world.setup.inputs, { ...recorder, ...world.setup.env });
  env = { ...recorder, ...world.env, ...stepEnvironment(setup) };
});
afterAll(async () => {
  await world?.stop();
  rmSync(machine, { recursive: true, force: true });
});

async function act(
  name: string,
  inputs: Record<string, string>,
  stepEnv: Record<string, string>,
): Promise<ActionRun> {
  const run = await runAction(name, inputs, { cwd: world.folder, machine, env: stepEnv });
  runs.push(run);
  return run;
}

const controlPlane = (inputs: Record<string, string> = {}) => act("deploy-control-plane", inputs, env);
const tenant = (name: string, inputs: Record<string, string> = {}) =>
  act("deploy-tenant", { tenant: name, "api-url": api, ...inputs }, env);

function releases(namespace: string): { name: string; revision: string; status: string; chart: string }[] {
  const secrets = world.kubectl("-n", namespace, "get", "secrets", "-l", "owner=helm", "-o", "json");
  const { items } = JSON.parse(secrets) as { items: { metadata: { labels: Record<string, string> } }[] };
  return items.map(({ metadata: { labels } }) => labels as never);
}

function names(kind: string, namespace: string): string[] {
  return world
    .kubectl("-n", namespace, "get", kind, "-o", "name")
    .trim()
    .split("\n")
    .map((each) => each.split("/")[1] ?? "");
}

describe("deploy-control-plane", () => {
  it("brings up the control plane, Redis and the network policies, and says so", async () => {
    const run = await controlPlane();
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs).toMatchObject({
      changed: "true",
      "api-url": "https://api.ml.example.com",
      "app-url": "https://app.ml.example.com",
      "files-url": "https://files.ml.example.com",
    });
    const listed = JSON.parse(run.outputs.releases ?? "") as {
      component: string;
      action: string;
      revision: number;
    }[];
    expect(listed.map(({ component, action, revision }) => [component, action, revision])).toEqual([
      ["control-plane", "install", 1],
      ["redis", "install", 1],
    ]);
    expect(releases("clearml")).toMatchObject([{ name: "clearml", status: "deployed", version: "1" }]);
    expect(names("networkpolicies", "clearml")).toEqual(["allow-clearml-ingress", "default-deny-ingress"]);
    expect(run.summary).toMatch(
      /\| ✅ done \| control-plane<br>`clearml\/clearml` \| clearml-enterprise 10\.12\.7, revision 1 \| not installed \|/,
    );
    expect(run.summary).toContain("```mermaid");
  });

  it("gives the servers what the overrides say, with secrets and variables filled in", () => {
    const json = world.kubectl("-n", "clearml", "get", "deployments", "-o", "json");
    expect(json).toContain(`\\"${SECRETS.SUPERVISOR_KEY}\\"`);
    expect(json).toContain('"[\\"users\\", \\"admins\\", \\"queue_admins\\"]"');
    expect(json).toContain('\\"ops@ml.example.com\\"');
    expect(json).not.toContain("${");
  });

  it("opens the policy for the pods the chart really makes", () => {
    const policy = JSON.parse(
      world.kubectl("-n", "clearml", "get", "networkpolicy", "allow-clearml-ingress", "-o", "json"),
    ) as { spec: { podSelector: { matchLabels: Record<string, string> } } };
    const selector = Object.entries(policy.spec.podSelector.matchLabels)
      .map((pair) => pair.join("="))
      .join(",");
    const pods = world.kubectl("-n", "clearml", "get", "pods", "-l", selector, "-o", "name");
    expect(pods).toContain("apiserver");
  });

  it("changes nothing the second time", async () => {
    const before = world.kubectl("get", "all,secrets,networkpolicies,namespaces", "-A", "-o", "json");
    const run = await controlPlane();
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs.changed).toBe("false");
    expect(run.summary).toContain("nothing had to change");
    const versions = (json: string) =>
      [...json.matchAll(/"(name|namespace|resourceVersion|uid)": "[^"]*"/g)].map(([all]) => all);
    expect(
      versions(world.kubectl("get", "all,secrets,networkpolicies,namespaces", "-A", "-o", "json")),
    ).toEqual(versions(before));
  });

  it("upgrades only what an edit touches", async () => {
    const file = join(world.folder, "overrides/control-plane.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace('value: "3"', 'value: "4"'));
    const run = await controlPlane();
    expect(run.code, run.stdout).toBe(0);
    const listed = JSON.parse(run.outputs.releases ?? "") as { component: string; action: string }[];
    expect(Object.fromEntries(listed.map(({ component, action }) => [component, action]))).toEqual({
      "control-plane": "upgrade",
      redis: "none",
    });
  });
});

describe("deploy-tenant", () => {
  beforeAll(async () => {
    api = (await world.api()).url;
  });

  it.each([
    ["acme", "https://acme.ml.example.com", ["clearml-agent", "clearml-app-gateway"]],
    ["globex", "https://globex.ml.example.com", ["clearml-agent", "clearml-ttr"]],
  ])("onboards %s", async (name, gateway, wanted) => {
    const run = await tenant(name);
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs).toMatchObject({ changed: "true", namespace: name, "gateway-url": gateway });
    expect(run.outputs["company-id"]).toMatch(/^[0-9a-f]{32}$/);
    expect(run.outputs["admin-user-id"]).toMatch(/^[0-9a-f]{32}$/);
    expect(
      releases(name)
        .map((each) => each.name)
        .sort(),
    ).toEqual(wanted);
    expect(names("secrets", name)).toEqual(
      expect.arrayContaining(["clearml-agent-credentials", "clearml-gateway-credentials"]),
    );
    expect(names("networkpolicies", name)).toContain("default-deny-ingress");
    expect(run.summary).toContain(`tenant \`${name}\``);
  });

  it("gives each tenant credentials of its own that the server accepts", async () => {
    const pairs = ["acme", "globex"].map((name) => {
      const secret = world.kubectl("-n", name, "get", "secret", "clearml-agent-credentials", "-o", "json");
      const { data } = JSON.parse(secret) as { data: Record<string, string> };
      return [data.agentk8sglue_key, data.agentk8sglue_secret].map((each) =>
        Buffer.from(each ?? "", "base64").toString(),
      );
    });
    expect(pairs[0]).not.toEqual(pairs[1]);
    for (const pair of pairs) {
      const headers = { Authorization: `Basic ${Buffer.from(pair.join(":")).toString("base64")}` };
      expect((await fetch(`${api}/auth.login`, { headers })).status).toBe(200);
    }
  });

  it("gives the agent the password of the shared Redis, and the router the signing key", () => {
    const password = Buffer.from(
      world.kubectl("-n", "redis-shared", "get", "secret", "redis", "-o", "jsonpath={.data.redis-password}"),
      "base64",
    ).toString();
    expect(password.length).toBeGreaterThan(8);
    expect(world.kubectl("-n", "acme", "get", "deployments", "-o", "json")).toContain(password);
  });

  it("opens the gateway to the ingress controller, and its streams to everybody", () => {
    const policies = world.kubectl("-n", "acme", "get", "networkpolicies", "-o", "json");
    expect(policies).toContain('"kubernetes.io/metadata.name": "ingress-nginx"');
    expect(policies).toMatch(/"endPort": 30120/);
  });

  it("changes nothing the second time, in the cluster and on the server", async () => {
    const server = await world.api();
    const calls = server.calls.length;
    const run = await tenant("acme");
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs.changed).toBe("false");
    const later = server.calls.slice(calls).map((call) => call.endpoint);
    expect(later.filter((endpoint) => /create|set_|update|revoke|delete/.test(endpoint))).toEqual([]);
  });
});

describe("every run", () => {
  it("gives a shell nothing but the two texts of the guard, and puts no secret into arguments", () => {
    const processes = readFileSync(recorded, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Recorded);
    expect(processes.length).toBeGreaterThan(10);
    expect(processes.filter((each) => each.shell)).toEqual([]);
    const shells = processes.filter((each) => /(^|\/)(sh|bash|dash|cmd(\.exe)?)$/.test(each.command));
    expect(new Set(shells.map(({ args }) => args[0]))).toEqual(new Set(["-c"]));
    // However many tools were run with whatever arguments: the texts are the same two.
    expect(shells.length).toBeGreaterThan(10);
    expect(new Set(shells.map(({ args }) => args[1])).size).toBe(2);
    expect(processes.filter((each) => /^exec(Sync)?$/.test(each.function))).toEqual([]);
    for (const canary of canaries()) expect(JSON.stringify(processes)).not.toContain(canary);
  });

  it("writes no secret to log, summary, outputs or state, and leaves none on the runner's disk", () => {
    const secrets = canaries();
    expect(secrets.length).toBeGreaterThan(20);
    for (const run of runs) {
      const log = run.stdout
        .split("\n")
        .filter((line) => !line.startsWith("::add-mask::"))
        .join("\n");
      const written = JSON.stringify([
        log,
        run.stderr,
        run.summary,
        run.outputs,
        run.state,
        run.env,
        run.path,
      ]);
      for (const canary of secrets) expect(written).not.toContain(canary);
    }
  });

  it("leaves nothing behind after the post step", async () => {
    const setup = runs[0];
    const post = await runAction("setup-clearml-helm", world.setup.inputs, {
      machine,
      state: setup?.state ?? {},
    });
    expect(post.code).toBe(0);
    expect(readdirSync(join(machine, "temp"))).toEqual([]);
    const files = readdirSync(machine, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && !/^(helm|kubectl|kubeconform)$/.test(entry.name),
    );
    const secrets = canaries();
    for (const entry of files) {
      const content = readFileSync(join(entry.parentPath, entry.name), "utf8");
      for (const canary of secrets) expect(content, entry.name).not.toContain(canary);
    }
  });
});

interface Recorded {
  function: string;
  command: string;
  args: string[];
  shell: boolean | string;
}

/** The secrets given to the actions, and those made for the tenants, as they are and in base64. */
function canaries(): string[] {
  const made = ["acme", "globex"].flatMap((name) =>
    ["clearml-agent-credentials", "clearml-gateway-credentials"].flatMap((secret) => {
      const { data } = JSON.parse(world.kubectl("-n", name, "get", "secret", secret, "-o", "json")) as {
        data: Record<string, string>;
      };
      return Object.values(data).map((each) => Buffer.from(each, "base64").toString());
    }),
  );
  const all = [...Object.values(SECRETS), ...made];
  return [...all, ...all.map((each) => Buffer.from(each).toString("base64"))];
}
