import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type HttpServer, serveHttp } from "../../support/registries/http-server.ts";
import { faultsOf } from "../../unit/plan/comment-check.ts";
import { COMMANDS, createStage, HOSTILE_TEXT, PWNED, type Stage } from "./stage.ts";

let stage: Stage;
const servers: HttpServer[] = [];
beforeEach(() => {
  stage = createStage();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((each) => each.stop()));
  stage.remove();
});

describe("files that other actions read from the checkout", () => {
  it.each<[string, string, Record<string, string>, string | undefined, string]>([
    [
      "setup-clearml-helm",
      ".tool-versions",
      { "version-file": ".tool-versions" },
      `helm ../../../${PWNED}\nkubectl $(touch ${PWNED})\nkubeconform ${HOSTILE_TEXT.split("\n")[0]}\n`,
      "version-file",
    ],
    ["setup-clearml-helm", ".tool-versions", { "version-file": ".tool-versions" }, undefined, "leads out"],
    [
      "setup-clearml-helm",
      "mise.toml",
      { "version-file": "mise.toml" },
      `[tools]\nhelm = """4\n${COMMANDS}"""\n`,
      "version-file",
    ],
    ["setup-clearml-helm", "sums.txt", { checksums: "sums.txt" }, undefined, "leads out"],
    ["list-tenants", "clearml.yaml", {}, `name: ${JSON.stringify(HOSTILE_TEXT)}\n`, "clearml.yaml"],
    ["detect-drift", "ignore.yaml", { "ignore-file": "ignore.yaml" }, undefined, "leads out"],
    [
      "detect-drift",
      "ignore.yaml",
      { "ignore-file": "ignore.yaml" },
      `version: 1\nrules: [{ reason: ${JSON.stringify(HOSTILE_TEXT)}, until: 2020, ${JSON.stringify(HOSTILE_TEXT)}: 1 }]\n`,
      "ignore.yaml",
    ],
    [
      "smoke-test-gateway",
      "clearml.yaml",
      { tenant: "acme" },
      `version: ${JSON.stringify(HOSTILE_TEXT)}\n`,
      "clearml.yaml",
    ],
    ["deploy-control-plane", "plan.json", { plan: "plan.json" }, undefined, "leads out"],
    [
      "deploy-control-plane",
      "plan.json",
      { plan: "plan.json" },
      JSON.stringify({ version: HOSTILE_TEXT }),
      "plan.json",
    ],
    [
      "deploy-tenant",
      "clearml.yaml",
      { tenant: "acme", mode: "plan" },
      `tenants: [{ name: ${JSON.stringify(HOSTILE_TEXT)} }]\n`,
      "clearml.yaml",
    ],
  ])(
    "%s reads %s with %j: texts stay texts, links are refused",
    async (action, file, inputs, content, says) => {
      if (file !== "clearml.yaml")
        stage.write({
          "clearml.yaml": "version: 1\nname: test\nbaseDomain: ml.example.com\ncomponents: {}\n",
        });
      if (content === undefined) symlinkSync(join(stage.outside, "passwd"), join(stage.repository, file));
      else stage.write({ [file]: content });
      const run = await stage.act(action, inputs, { tools: ["kubectl", "helm"] });
      expect(run.faults).toEqual([]);
      expect(run.code, run.stdout).toBe(2);
      expect(run.stdout).toMatch(/^::error/m);
      expect(run.stdout).toContain(says);
      expect(faultsOf(run.summary)).toEqual([]);
    },
  );
});

/** GitHub's API, as far as suggestions ask it. */
async function startPullRequest(
  patch: string,
  refusal?: string,
): Promise<{ url: string; posted: { comments: { body: string; path: string }[] }[] }> {
  const posted: { comments: { body: string; path: string }[] }[] = [];
  const server = await serveHttp(async (request, response) => {
    const body = await text(request);
    const isReview = request.method === "POST";
    if (isReview) posted.push(JSON.parse(body));
    if (isReview && refusal !== undefined) {
      return void response
        .writeHead(422)
        .end(JSON.stringify({ message: refusal, errors: [{ message: refusal }] }));
    }
    const files = [{ filename: "values.yaml", patch }];
    const comments = [{ body: HOSTILE_TEXT }];
    response.end(JSON.stringify(isReview ? {} : request.url?.includes("/files") ? files : comments));
  });
  servers.push(server);
  return { url: server.url, posted };
}

describe("suggestions in a pull request", () => {
  const VALUES = `master: { resources: &a { limits: { cpu: 1 } } }\nimage: { tag: 1.30 } # ${HOSTILE_TEXT.replaceAll(/\s+|[^ -~]/g, " ")}\n`;
  const suggest = async (url: string) => {
    stage.write({
      "clearml.yaml":
        "version: 1\nname: test\nbaseDomain: ml.example.com\ncomponents: { redis: { overrides: [values.yaml] } }\n",
      "values.yaml": VALUES,
    });
    const event = join(stage.machine, "temp/event.json");
    const hostile = { ref: `$(touch ${PWNED})`, sha: "0".repeat(40), label: COMMANDS };
    mkdirSync(join(stage.machine, "temp"));
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7, title: HOSTILE_TEXT, head: hostile } }));
    return stage.act(
      "lint-overrides",
      { suggest: "true", "github-token": "ghs_canarytoken000000000000000001" },
      {
        env: {
          GITHUB_API_URL: url,
          GITHUB_REPOSITORY: "acme/clusters",
          GITHUB_EVENT_NAME: "pull_request",
          GITHUB_EVENT_PATH: event,
          GITHUB_HEAD_REF: `$(touch ${PWNED})`,
        },
      },
    );
  };
  const patch = `@@ -0,0 +1,2 @@\n${VALUES.trimEnd().replaceAll(/^/gm, "+")}`;

  it("call nobody, hold no HTML of others, and cannot be closed from within", async () => {
    const { url, posted } = await startPullRequest(patch);
    const run = await suggest(url);
    expect(run.faults).toEqual([]);
    const bodies = posted.flatMap(({ comments }) => comments.map(({ body }) => body));
    expect(bodies.length, run.stdout).toBeGreaterThan(0);
    for (const body of bodies) {
      expect(faultsOf(body.replace(/\n<!-- clearml-lint:[0-9a-f]+ -->$/, ""))).toEqual([]);
    }
    expect(run.stdout + run.stderr + run.summary).not.toMatch(/(?<!::add-mask::)ghs_canarytoken/);
  });

  it("are left out with what a hostile API answers, as words", async () => {
    const { url } = await startPullRequest(patch, HOSTILE_TEXT);
    const run = await suggest(url);
    expect(run.faults).toEqual([]);
    expect(run.stdout).toContain("no suggestions were posted: GitHub answered 422");
  });
});
