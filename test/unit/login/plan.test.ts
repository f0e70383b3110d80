import { describe, expect, it } from "vitest";
import { createSecrets } from "../../../src/core/secrets.ts";
import { loginFailure } from "../../../src/login/failures.ts";
import { registryArguments } from "../../../src/login/login.ts";
import { planLogins } from "../../../src/login/plan.ts";

const env = { CHARTS_USER: "bob", CHARTS_TOKEN: "canary-of-bob", EMPTY: "" };
const base = { "dockerhub-username": "allegroaienterprise" };

function plan(inputs: Partial<Parameters<typeof planLogins>[0]>) {
  return planLogins({ ...base, ...inputs }, { env, secrets: createSecrets(() => {}) });
}

describe("planLogins", () => {
  it("plans nothing without tokens and repositories", () => {
    expect(plan({})).toEqual({ registries: [], repositories: [] });
  });

  it("takes each token to ClearML's own source when no line asks for it", () => {
    expect(plan({ "dockerhub-token": "dh-token", "helm-repo-token": "gh-token" })).toEqual({
      registries: [
        {
          host: "docker.io",
          username: "allegroaienterprise",
          password: "dh-token",
          from: "`dockerhub-token`",
        },
      ],
      repositories: [
        {
          name: "clearml-enterprise",
          url: "https://raw.githubusercontent.com/clearml/clearml-enterprise-helm-charts/gh-pages",
          credentials: { username: "gh-token", password: "gh-token", from: "`helm-repo-token`" },
          from: "`helm-repo-token`",
        },
      ],
    });
  });

  it("takes a token only to the lines that ask for it, when there are any", () => {
    const planned = plan({
      "dockerhub-token": "dh-token",
      repositories: [
        "oci://mirror.example:5000/clearml credentials=dockerhub-token",
        "nvidia=https://n.example",
      ],
    });
    expect(planned.registries.map(({ host }) => host)).toEqual(["mirror.example:5000"]);
    expect(planned.repositories).toEqual([
      { name: "nvidia", url: "https://n.example", from: "`repositories` line 2" },
    ]);
  });

  it("reads and masks the values of named variables", () => {
    const announced: string[] = [];
    const planned = planLogins(
      { ...base, repositories: ["own=https://c.example username=CHARTS_USER password=CHARTS_TOKEN"] },
      { env, secrets: createSecrets((value) => announced.push(value)) },
    );
    expect(planned.repositories[0]?.credentials).toMatchObject({
      username: "bob",
      password: "canary-of-bob",
    });
    expect(announced).toContain("canary-of-bob");
  });

  it("names every variable and token that is missing", () => {
    const repositories = [
      "own=https://c.example username=NOBODY password=EMPTY",
      "oci://x.example credentials=dockerhub-token",
    ];
    expect(() => plan({ repositories })).toThrow(
      "`repositories` line 1: the variable NOBODY is not set or empty\n" +
        "`repositories` line 1: the variable EMPTY is not set or empty\n" +
        "`repositories` line 2 takes its credentials from `dockerhub-token`, which is empty",
    );
  });
});

describe("registryArguments", () => {
  const login = { username: "bob", password: "canary-of-bob", from: "x" };

  it.each([
    ["4.2.3", "docker.io", false],
    ["4.2.3", "127.0.0.1:5000", true],
    ["4.2.3", "localhost:5000", true],
    ["4.2.3", "[::1]:5000", true],
    ["4.2.3", "localhost.example.com", false],
    ["4.2.3", "127.0.0.1.example.com", false],
    ["3.18.0", "127.0.0.1:5000", true],
    ["3.17.3", "127.0.0.1:5000", false],
  ])("Helm %s on %s: plain HTTP %s", (version, host, plain) => {
    const args = registryArguments(version, { ...login, host });
    expect(args.includes("--plain-http")).toBe(plain);
    expect(args.slice(0, 3)).toEqual(["registry", "login", host]);
    expect(args.join(" ")).not.toContain("canary");
  });
});

describe("loginFailure", () => {
  const oci = { target: "docker.io", from: "`dockerhub-token`", withCredentials: true };
  const classic = { target: "https://c.example", from: "`helm-repo-token`", withCredentials: true };

  it.each([
    [
      oci,
      'Error: authenticating to "docker.io": GET "https://registry-1.docker.io/v2/": response status code 401: unauthorized: incorrect username or password\n',
      "input",
      "docker.io refuses the login with `dockerhub-token`: authenticating to",
    ],
    [
      classic,
      'Hang tight while we grab the latest from your chart repositories...\n...Unable to get an update from the "x" chart repository (https://c.example):\n\tfailed to fetch https://c.example/index.yaml : 401 Unauthorized\nError: failed to update the following repositories: [https://c.example]',
      "input",
      "https://c.example refuses the login with `helm-repo-token`: failed to fetch https://c.example/index.yaml : 401 Unauthorized",
    ],
    [classic, "\tfailed to fetch https://c.example/index.yaml : 404 Not Found", "input", "404 Not Found"],
    [classic, "\tfailed to fetch https://c.example/index.yaml : 503 Service Unavailable", "cluster", "503"],
    [
      oci,
      'Error: authenticating to "docker.io": Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
      "cluster",
      "docker.io cannot be used (`dockerhub-token`)",
    ],
    [oci, "Error: dial tcp 127.0.0.1:4013: connect: connection refused", "cluster", "connection refused"],
    [oci, "", "cluster", "helm gave no reason"],
  ] as const)("%o %j is the kind %s", (attempt, output, kind, message) => {
    const failure = loginFailure(attempt, output);
    expect(failure.kind).toBe(kind);
    expect(failure.message).toContain(message);
  });

  it("offers credentials to a source that wants some and got none", () => {
    const failure = loginFailure(
      { target: "https://c.example", from: "`repositories` line 2", withCredentials: false },
      "failed to fetch https://c.example/index.yaml : 401 Unauthorized",
    );
    expect(failure.problems[0]?.hint).toContain("give `repositories` line 2 credentials");
  });
});
