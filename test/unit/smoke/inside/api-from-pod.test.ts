import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Context } from "../../../../src/core/context.ts";
import { UserError } from "../../../../src/core/errors.ts";
import type { Kubernetes } from "../../../../src/kubernetes/api.ts";
import { RefusedError } from "../../../../src/kubernetes/refusals.ts";
import { apiFromPod, judgeAnswer, PYTHON } from "../../../../src/smoke/inside/api-from-pod.ts";
import { INSIDE } from "../../../../src/smoke/inside/index.ts";
import type { Probe } from "../../../../src/smoke/model.ts";
import { object, pod } from "./support.ts";

const API = "https://api.ml.example.com";
const PING =
  '{"meta":{"endpoint":{"name":"debug.ping"},"result_code":200},"data":{"msg":"Because it Works!"}}';

describe("the answer to a ping", () => {
  const judge = (said: Partial<Parameters<typeof judgeAnswer>[0]>) =>
    judgeAnswer(
      { code: 0, stdout: "", stderr: "", ...said },
      { api: API, place: "container router", tool: "curl" },
    );
  it.each<[string, Parameters<typeof judge>[0], string, RegExp, RegExp?]>([
    ["is the API's", { stdout: PING }, "pass", /answers in container router \(curl\)/],
    [
      "is a page",
      { stdout: "<html>\nlogin" },
      "fail",
      /is not the ClearML API: <html> login/,
      /apiServerUrlReference/,
    ],
    ["is an error of the API", { stdout: '{"meta":{"result_code":500}}' }, "fail", /is not the ClearML API/],
    ["is empty", {}, "fail", /an empty answer/],
    [
      "is a name that does not resolve",
      { code: 6, stderr: "curl: (6) Could not resolve host: api.x" },
      "fail",
      /Could not resolve/,
      /DNS/,
    ],
    [
      "is refused",
      { code: 7, stderr: "curl: (7) Failed to connect to x port 1 after 0 ms: Couldn't connect to server" },
      "fail",
      /Failed to connect/,
      /nothing listens/,
    ],
    [
      "is not trusted",
      { code: 60, stderr: "curl: (60) SSL certificate problem: unable to get local issuer certificate" },
      "fail",
      /SSL/,
      /customCertificates/,
    ],
    [
      "does not come",
      { code: 28, stderr: "curl: (28) Connection timed out after 10001 milliseconds" },
      "fail",
      /timed out/,
      /egress/,
    ],
    ["has no words", { code: 4 }, "fail", /curl ended with exit code 4/, /egress/],
  ])("%s", (_, said, expected, words, hint) => {
    const result = judge(said);
    expect(result.detail).toMatch(words);
    expect(result.status).toBe(expected);
    if (hint) expect(result.hint).toMatch(hint);
  });
});

describe("python in a container", () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      response.writeHead(request.url === "/debug.ping" ? 200 : 404).end(PING);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterAll(() => server.close());

  const run = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile("python3", ["-c", PYTHON, ...args], (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });

  it("prints what the API says, or why it cannot be had", async () => {
    expect(await run(`${url}/debug.ping`, "1")).toEqual({ code: 0, stdout: `${PING}\n`, stderr: "" });
    expect((await run(`${url}/debug.ping`, "0")).stdout).toBe(`${PING}\n`);
    const refused = await run("http://127.0.0.1:1/debug.ping", "1");
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toMatch(/^\w+Error: .*[Rr]efused.*\n$/);
  });
});

interface Ran {
  code?: number;
  stdout?: string;
  stderr?: string;
}

/** A probe of a gateway with one router, whose container answers as told, by the name of the program. */
function probeWith(
  env: readonly object[],
  programs: Readonly<Record<string, Ran>>,
  asked: string[][] = [],
): Probe {
  const labels = { app: "gw" };
  const revision = { "deployment.kubernetes.io/revision": "1" };
  const owned = (made: ReturnType<typeof object>, uid: string) => ({
    ...made,
    metadata: { ...made.metadata, ownerReferences: [{ kind: "x", name: uid, uid }] },
  });
  const helm = { ...revision, "meta.helm.sh/release-name": "gw" };
  const items: Record<string, object[]> = {
    deployments: [
      object("Deployment", "gw", { spec: { selector: { matchLabels: labels } } }, { annotations: helm }),
    ],
    replicasets: [owned(object("ReplicaSet", "set", {}, { annotations: revision }), "gw")],
    pods: [owned(pod("gw-1", { labels, container: { env } }), "set")],
  };
  const kubernetes = {
    list: async (path: string) => items[path.split("/").at(-1) ?? ""] ?? [],
  } as unknown as Kubernetes;
  const run = async (_: string, args: readonly string[]) => {
    const command = args.slice(args.indexOf("--") + 1);
    asked.push(command);
    const missing = { code: 1, stderr: `exec: "${command[0]}": executable file not found in $PATH` };
    return { code: 0, stdout: "", stderr: "", ...(programs[command[0] ?? ""] ?? missing) };
  };
  return {
    target: {
      url: new URL("https://gw.example"),
      use: { namespace: "acme", release: "gw" },
      values: {},
      nodePort: false,
    },
    context: { exec: { run } } as unknown as Context,
    kubernetes,
    signal: new AbortController().signal,
    deadline: Date.now() + 1_000,
    credentials: async () => undefined,
    options: { requests: 1, tlsDays: 14 },
  } as unknown as Probe;
}

describe("api-from-pod", () => {
  const host = [{ name: "CLEARML_API_HOST", value: `${API}/` }];
  const unverified = [...host, { name: "CLEARML_API_HOST_VERIFY_CERT", value: "false" }];
  const exit = (code: number) => ({ code: 1, stderr: `command terminated with exit code ${code}` });

  it("asks with the first program that is there and works", async () => {
    const asked: string[][] = [];
    const probe = probeWith(host, { python3: exit(139), wget: { stdout: PING } }, asked);
    expect(await apiFromPod.run(probe)).toMatchObject({
      status: "pass",
      detail: expect.stringMatching(/\(wget\)$/),
    });
    expect(asked.map(([program]) => program)).toEqual(["curl", "python3", "wget"]);
    expect(asked[0]?.at(-1)).toBe(`${API}/debug.ping`);
  });

  it("verifies certificates as the router does", async () => {
    const asked: string[][] = [];
    await apiFromPod.run(probeWith(host, { curl: { stdout: PING } }, asked));
    await apiFromPod.run(probeWith(unverified, { curl: { stdout: PING } }, asked));
    expect(asked.map((command) => command.includes("-k"))).toEqual([false, true]);
  });

  it.each<[string, Readonly<Record<string, Ran>>, string, RegExp]>([
    ["nothing to ask with", {}, "info", /has neither curl nor python3 nor wget/],
    [
      "a failure of the request",
      { curl: { ...exit(7), stderr: "curl: (7) refused\ncommand terminated with exit code 7" } },
      "fail",
      /does not reach https:\/\/api\.ml\.example\.com\/?: curl: \(7\) refused/,
    ],
    [
      "no right to exec",
      { curl: { code: 1, stderr: 'Error from server (Forbidden): pods "gw-1" is forbidden' } },
      "skip",
      /cannot be asked for from container router/,
    ],
    [
      "a node that is down",
      { curl: { code: 1, stderr: "error: error dialing backend: dial tcp: i/o timeout" } },
      "skip",
      /error dialing backend/,
    ],
  ])("%s", async (_, programs, expected, words) => {
    const result = await apiFromPod.run(probeWith(host, programs));
    expect(result.detail).toMatch(words);
    expect(result.status).toBe(expected);
  });
});

describe("every inside check", () => {
  const all = (probe: Probe) => Promise.all(INSIDE.map((check) => check.run(probe)));
  const refused = (status: number) => {
    throw new RefusedError(
      { message: "the cluster refused", hint: "give it the right" },
      status,
      "Forbidden",
    );
  };
  const failing = (status: number) =>
    Object.fromEntries(
      ["list", "get", "listMetadata", "text"].map((each) => [each, async () => refused(status)]),
    );
  const pages = async function* () {
    yield [];
    refused(403);
  };

  const none = async function* () {
    yield [];
  };

  it("is skipped without a cluster, and for a gateway that is known by its address alone", async () => {
    const probe = probeWith([], {});
    const { kubernetes: _, ...without } = probe;
    for (const result of await all(without as Probe))
      expect(result).toMatchObject({ status: "skip", detail: expect.stringMatching(/KUBECONFIG/) });
    const { use: __, ...target } = probe.target;
    for (const result of await all({ ...probe, target }))
      expect(result).toMatchObject({
        status: "skip",
        detail: expect.stringMatching(/`config` and `tenant`/),
      });
  });

  it("is skipped where the account may not look, with the right it lacks", async () => {
    const kubernetes = { ...failing(403), pages } as unknown as Kubernetes;
    const probe = { ...probeWith([], {}), kubernetes };
    const results = await Promise.all(
      INSIDE.filter(({ name }) => !["ingress", "node-port", "tls-secret"].includes(name)).map((check) =>
        check.run(probe),
      ),
    );
    for (const result of results) expect(result).toMatchObject({ status: "skip", hint: "give it the right" });
  });

  it("fails when the cluster does", async () => {
    const [deployment] = INSIDE.filter(({ name }) => name === "deployment");
    const probe = { ...probeWith([], {}), kubernetes: { ...failing(500), pages } as unknown as Kubernetes };
    await expect(deployment?.run(probe)).rejects.toThrow(UserError);
  });

  it("has a name of its own, and rests on checks that there are", () => {
    const names = INSIDE.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { after = [] } of INSIDE) expect(names).toEqual(expect.arrayContaining([...after]));
  });

  it("asks for each list once, however many checks need it", async () => {
    const known = probeWith([], {});
    const paths: string[] = [];
    const list = async (path: string) => {
      paths.push(path);
      return known.kubernetes?.list(path) ?? [];
    };
    const others = {
      get: async () => undefined,
      text: async () => "",
      pages: none,
      listMetadata: async () => [],
    };
    const probe = { ...known, kubernetes: { list, ...others } as unknown as Kubernetes };
    const results = await all(probe);
    expect(results.map(({ status }) => status)).toContain("pass");
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
  });
});
