import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { faultsOf } from "../../unit/plan/comment-check.ts";
import { COMMANDS, createStage, HOSTILE_TEXT, PWNED, type Stage } from "./stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = createStage();
});
afterEach(() => stage.remove());

const HEAD = "version: 1\nname: test\nbaseDomain: ml.example.com\n";
const withComponent = (fields: object, more = "") =>
  `${HEAD}components: ${JSON.stringify({ redis: fields })}\n${more}`;

/** Names of files that mean something to a shell, a tool, a runner or a page. */
const NAMES = [
  "--config.yaml",
  "-o",
  `$(touch ${PWNED}).yaml`,
  `\`touch ${PWNED}\`.yaml`,
  `a'b"c|d&e;f *?[x]{y}.yaml`,
  "<img src=x onerror=alert(1)>.yaml",
  "@octocat #1 [x](javascript:alert(1)).yaml",
  `x\n${COMMANDS}.yaml`,
  `%0A::warning::${PWNED}.yaml`,
  "\u202egnp.yaml",
  "\u001b[31m.yaml",
  "\\\\server\\share\\x.yaml",
  "```.yaml",
  `${"long-".repeat(48)}.yaml`,
];

/** Values of every kind that lint has something to say about. */
const VALUES = `${[
  `${JSON.stringify(HOSTILE_TEXT)}: 1`,
  `auth: { password: ${JSON.stringify(HOSTILE_TEXT)}, ${JSON.stringify(`x\n${COMMANDS}`)}: [] }`,
  `__proto__: { polluted: ${JSON.stringify(HOSTILE_TEXT)} }`,
  "constructor: { prototype: { polluted: yes } }",
  `image: { tag: 1.30, repository: ${JSON.stringify(`<x>${HOSTILE_TEXT}`)} }`,
  `url: "https://<BASE_DOMAIN>/\\n::add-mask::${PWNED}"`,
  `master: !!js/function 'function(){require("fs").writeFileSync("${PWNED}","")}'`,
  `replica: \${${PWNED}} # clearml-lint-disable-line ${COMMANDS.replaceAll("\n", " ")}`,
].join("\n")}\n`;

describe("a pull request that brings names and texts", () => {
  it("is linted, repaired, reported as SARIF and compared, and is words from first to last", async () => {
    stage.write({
      "clearml.yaml": withComponent({ overrides: NAMES.map((name) => `overrides/${name}`) }),
      ...Object.fromEntries(NAMES.map((name) => [`overrides/${name}`, VALUES])),
      [`.github/workflows/${NAMES[7]}`]: `jobs: { a: { steps: [{ run: ${JSON.stringify(`helm repo add x --password ${HOSTILE_TEXT}`)} }] } }`,
      "x.sh": `helm upgrade ${HOSTILE_TEXT}\n`,
      "baseline.json": JSON.stringify({
        version: 1,
        findings: [{ rule: HOSTILE_TEXT, file: HOSTILE_TEXT, line: 1, fingerprint: HOSTILE_TEXT }],
      }),
    });
    const run = await stage.act("lint-overrides", {
      fix: "true",
      baseline: "baseline.json",
      "sarif-file": "out/lint.sarif",
      render: "auto",
    });
    expect(run.faults).toEqual([]);
    expect(run.code, run.stdout).toBe(1);
    expect(Number(run.outputs.errors)).toBeGreaterThan(NAMES.length);
    expect(faultsOf(run.summary)).toEqual([]);
  });

  it("is refused for a broken environment file with its own words, harmlessly", async () => {
    const name = JSON.stringify(`acme\n${HOSTILE_TEXT}`);
    stage.write({
      "clearml.yaml": `${withComponent({ chart: HOSTILE_TEXT, version: HOSTILE_TEXT, [HOSTILE_TEXT]: 1 })}tenants: [{ name: ${name}, namespace: ${name}, admin: { name: ${name}, email: ${name} }, queues: [${name}], components: { ${name}: {} } }]\n${name}: 1\n`,
    });
    const run = await stage.act("lint-overrides");
    expect(run.faults).toEqual([]);
    expect(run.code, run.stdout).toBe(2);
    expect(run.stdout.match(/^::error /gm)?.length).toBeGreaterThan(5);
    expect(faultsOf(run.summary)).toEqual([]);
  });
});

type Case = [what: string, prepare: (stage: Stage) => void, says: string[], inputs?: Record<string, string>];

/** Ways to name what lies outside, and what is said of them. */
const WAYS_OUT: Case[] = [
  [
    "override files and tenants",
    ({ write, repository, outside }) => {
      const overrides = [
        "../../outside/secret.yaml",
        join(outside, "passwd"),
        "link/secret.yaml",
        "/dev/zero",
      ];
      write({ "clearml.yaml": `${withComponent({ overrides })}tenants: ../../outside/*.yaml\n` });
      symlinkSync(outside, join(repository, "link"));
    },
    [
      "override file ../../outside/secret.yaml lies outside of the repository",
      "override file ../../outside/passwd lies outside of the repository",
      "override file link/secret.yaml is a link that leads out of the working folder",
      "`tenants`: `../../outside/*.yaml` lies outside of the repository",
    ],
  ],
  [
    "tenants through a folder that is a link",
    ({ write, repository, outside }) => {
      write({ "clearml.yaml": `${withComponent({})}tenants: link/*.yaml\n` });
      symlinkSync(outside, join(repository, "link"));
    },
    ["`tenants`: link is a link that leads out of the working folder"],
  ],
  [
    "the environment file as a link",
    ({ repository, outside }) => symlinkSync(join(outside, "secret.yaml"), join(repository, "clearml.yaml")),
    ["config file clearml.yaml is a link that leads out of the working folder"],
  ],
  [
    "packages of charts, one of them without an end",
    ({ write, repository, outside }) => {
      const components = { redis: { chart: "a.tgz" }, "control-plane": { chart: "b.tgz" } };
      write({ "clearml.yaml": `${HEAD}components: ${JSON.stringify(components)}\n` });
      symlinkSync(join(outside, "passwd"), join(repository, "a.tgz"));
      symlinkSync("/dev/zero", join(repository, "b.tgz"));
    },
    ["a.tgz cannot be read: it is a link that leads out", "b.tgz cannot be read: it is no regular file"],
  ],
  [
    "a baseline",
    ({ write, repository, outside }) => {
      write({ "clearml.yaml": withComponent({}) });
      symlinkSync(join(outside, "passwd"), join(repository, "baseline.json"));
    },
    ["baseline.json cannot be read: it is a link that leads out"],
    { baseline: "baseline.json" },
  ],
  [
    "a baseline without an end",
    ({ write, repository }) => {
      write({ "clearml.yaml": withComponent({}) });
      symlinkSync("/dev/zero", join(repository, "baseline.json"));
    },
    ["baseline.json cannot be read: it is no regular file"],
    { baseline: "baseline.json" },
  ],
  [
    "a SARIF file",
    ({ write, repository, outside }) => {
      write({ "clearml.yaml": withComponent({}) });
      symlinkSync(join(outside, "made.sarif"), join(repository, "lint.sarif"));
    },
    ["lint.sarif cannot be written: it is a link, or lies behind one"],
    { "sarif-file": "lint.sarif" },
  ],
  [
    "a SARIF file in a folder",
    ({ write, repository, outside }) => {
      write({ "clearml.yaml": withComponent({}) });
      symlinkSync(outside, join(repository, "out"));
    },
    ["out/new/lint.sarif cannot be written: it is a link, or lies behind one"],
    { "sarif-file": "out/new/lint.sarif" },
  ],
];

describe("a pull request that reaches out of the checkout", () => {
  it.each(WAYS_OUT)(
    "by %s is refused, and nothing is read or written there",
    async (_, prepare, says, inputs) => {
      prepare(stage);
      const run = await stage.act("lint-overrides", inputs);
      expect(run.faults).toEqual([]);
      expect(run.code, run.stdout).toBe(2);
      for (const each of says) expect(run.stdout).toContain(each);
    },
  );

  it("by a repair leaves the file alone", async () => {
    const { write, repository, outside } = stage;
    write({
      "clearml.yaml": withComponent({ overrides: ["link.yaml"] }),
      "real.yaml": "image: { tag: 1.30 }\n",
    });
    symlinkSync("real.yaml", join(repository, "link.yaml"));
    writeFileSync(join(outside, "real.yaml"), "");
    const run = await stage.act("lint-overrides", { fix: "true" });
    expect(run.faults).toEqual([]);
    expect(run.stdout).toContain("link.yaml was not repaired: it is a link");
    expect(readFileSync(join(repository, "real.yaml"), "utf8")).toBe("image: { tag: 1.30 }\n");
  });
});

describe("a pull request that wants to take all the time", () => {
  it.each([
    ["braces", `${"{a,b}".repeat(40)}.yaml`, "stands for too many patterns"],
    ["stars", `${"*a".repeat(30)}b.yaml`, undefined],
    ["groups", "+(+(+(a|aa)|a)|a)b.yaml", undefined],
    ["folders", `${"**/".repeat(30)}x.yaml`, undefined],
  ])("with a pattern of %s is answered at once", async (_, pattern, says) => {
    stage.write({
      "clearml.yaml": `${withComponent({})}tenants: ${JSON.stringify(`tenants/${pattern}`)}\n`,
      [`tenants/${"a".repeat(200)}.yaml`]: "name: a\n",
    });
    symlinkSync("/", join(stage.repository, "tenants/root"));
    const run = await stage.act("list-tenants");
    expect(run.faults).toEqual([]);
    expect(run.code, run.stdout).toBe(says === undefined ? 0 : 2);
    expect(run.stdout).toContain(says ?? "0 tenants");
  });
});
