import { describe, expect, it } from "vitest";
import { environmentReleases, lintScope } from "../../../src/lint/engine.ts";
import { shellComments, yamlComments } from "../../../src/lint/suppress/comments.ts";
import { isDay, readDirective } from "../../../src/lint/suppress/directive.ts";
import { load } from "../environment/support.ts";
import { environmentOf, lintText, short } from "./support.ts";

describe("comments of a YAML file", () => {
  it.each<[string, string, [place: string, covers: string][]]>([
    ["behind a value", "a: 1 # MARK\n", [["1:6", "1-1"]]],
    ["on a line of its own, for the next with content", "# MARK\n\n  # more\na: 1\n", [["1:1", "4-4"]]],
    ["in a flow map", "a: { b: 1, # MARK\n  c: 2 }\n", [["1:12", "1-1"]]],
    ["behind the header of a block, for all of it", "a: | # MARK\n  x\n  y\nb: 1\n", [["1:6", "1-3"]]],
    ["above a block, for all of it", "# MARK\na: >-\n  x\n  y\n\nb: 1\n", [["1:1", "2-4"]]],
    ["after Windows line ends", "a: 1\r\nb: 2 # MARK\r\n", [["2:6", "2-2"]]],
    ["after a byte order mark", "\ufeffa: 1 # MARK\n", [["1:7", "1-1"]]],
    [
      "in a file that does not parse",
      "a: [\nb: } # MARK\n# MARK\nc: 1\n",
      [
        ["2:6", "2-2"],
        ["3:1", "4-4"],
      ],
    ],
    ["after another document", "a: 1\n---\nb: 1 # MARK\n...\n", [["3:6", "3-3"]]],
    ["not within a block", "a: |\n  # MARK\nb: 1\n", []],
    ["not within quotes", "a: 'x # MARK'\nb: \"y\n  # MARK\"\n", []],
    ["not within a plain text", "a: x#MARK\n", []],
  ])("%s", (_, text, expected) => {
    const found = yamlComments(text, "MARK").map(({ line, column, covers }) => [
      `${line}:${column}`,
      covers.join("-"),
    ]);
    expect(found).toEqual(expected);
  });
});

describe("comments of a script", () => {
  it.each<[string, string, string[]]>([
    ["on a line of their own", "# MARK\nhelm repo add x\n", ["1:1 2"]],
    ["behind a command", "helm repo add x # MARK\n", ["1:17 1"]],
    ["not within a word", "echo a#MARK\n", []],
  ])("%s", (_, text, expected) => {
    const found = shellComments(text, "MARK");
    expect(found.map(({ line, column, covers }) => `${line}:${column} ${covers[0]}`)).toEqual(expected);
  });
});

describe("a suppression", () => {
  const read = (text: string) => {
    const found = readDirective({ text, line: 1, column: 11, covers: [1, 1] });
    return (
      found && {
        ...found,
        comment: undefined,
        rules: found.rules.map(({ name, column }) => `${name}@${column}`),
      }
    );
  };

  it.each<[string, string, object | undefined]>([
    ["rule and reason", "# clearml-lint-ignore L31 a fork", { rules: ["L31@33"], reason: "a fork" }],
    ["no blank", "#clearml-lint-ignore L31 a fork", { rules: ["L31@32"], reason: "a fork" }],
    [
      "several rules",
      "# clearml-lint-ignore L31, env-x,L2 why",
      { rules: ["L31@33", "env-x@38", "L2@44"], reason: "why" },
    ],
    ["a day", "# clearml-lint-ignore L31 why until=2027-01-31 so", { reason: "why so", until: "2027-01-31" }],
    ["only a day", "# clearml-lint-ignore L31 until=2027-01-31", { reason: "", until: "2027-01-31" }],
    ["nothing", "# clearml-lint-ignore", { rules: [], reason: "" }],
    ["another word", "# clearml-lint-ignore-all L31 why", undefined],
    ["prose", "# see clearml-lint-ignore", undefined],
  ])("%s", (_, text, expected) => {
    if (expected) expect(read(text)).toMatchObject(expected);
    else expect(read(text)).toBeUndefined();
  });

  it.each([
    ["2027-01-31", true],
    ["2028-02-29", true],
    ["2027-02-29", false],
    ["2027-13-01", false],
    ["27-01-01", false],
    ["soon", false],
  ])("knows whether %s is a day", (day, is) => expect(isDay(day)).toBe(is));
});

describe("suppressed findings", () => {
  it("are counted, kept with their reason, and no longer reported", () => {
    const result = lintText("redis", "architecture: cluster # clearml-lint-ignore T2 a fork takes it\n");
    expect(result).toMatchObject({ findings: [], suppressed: 1, counts: { error: 0 } });
    expect(result.silenced).toMatchObject([
      { finding: { rule: "value-form", line: 1 }, reason: "a fork takes it" },
    ]);
  });

  it("are reported again the day after, beside the suppression", async () => {
    const text =
      "webserver: { ingress: { hostName: A.b } } # clearml-lint-ignore L71 moving until=2027-01-31\n";
    const environment = await load(environmentOf({ controlPlane: text }));
    const on = (today: string) =>
      lintScope({ environment, releases: environmentReleases(environment), today }).findings.map(short);
    expect(on("2027-01-31")).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(L71|U)/)]));
    expect(on("2027-02-01")).toEqual(expect.arrayContaining(["L71 error 1:35", "U2 error 1:43"]));
  });

  it("of a rule that is switched off are not asked for", async () => {
    const controlPlane = "tag: 1 # clearml-lint-ignore implicit-type meant so\n";
    const off = "lint: { rules: { implicit-type: off } }\n";
    const rules = async (more: string) => {
      const environment = await load(environmentOf({ controlPlane, more }));
      return lintScope({ environment, releases: environmentReleases(environment) }).findings.map(
        ({ id }) => id,
      );
    };
    expect(await rules("")).toContain("U3");
    expect(await rules(off)).not.toContain("U3");
  });

  it("named twice on one line are both used", () => {
    const text = "architecture: cluster # clearml-lint-ignore T2, value-form a fork takes it\n";
    expect(lintText("redis", text)).toMatchObject({ findings: [], suppressed: 1 });
  });

  it("are not watched where that is switched off", async () => {
    const controlPlane = "tag: x # clearml-lint-ignore implicit-type meant so\n";
    const more = "lint: { rules: { suppression-unused: off } }\n";
    const environment = await load(environmentOf({ controlPlane, more }));
    const { findings } = lintScope({ environment, releases: environmentReleases(environment) });
    expect(findings.map(({ id }) => id)).not.toContain("U3");
  });

  it("stand in a script as well", () => {
    const at = { file: "a.sh", line: 2, column: 1 };
    const scope = {
      releases: [],
      commands: [{ file: "a.sh", text: "x", stages: [], locate: () => at }],
      commandTexts: new Map([["a.sh", "# clearml-lint-ignore shouted why not\nX\n"]]),
    };
    const rule = {
      id: "X1",
      slug: "shouted",
      severity: "error" as const,
      about: "Shouts.",
      why: "A test.",
      *checkCommands() {
        yield { message: "loud", at };
      },
    };
    expect(lintScope(scope, [rule])).toMatchObject({ findings: [], suppressed: 1 });
    expect(lintScope({ ...scope, commandTexts: new Map() }, [rule])).toMatchObject({ suppressed: 0 });
  });
});
