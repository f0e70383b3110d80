import { describe, expect, it } from "vitest";
import { formatProblem, UserError } from "../../../src/core/errors.ts";
import type { Placeholders } from "../../../src/overrides/placeholders.ts";
import { resolveText, resolveValues } from "../../../src/overrides/resolve.ts";
import { load, SOUND } from "../environment/support.ts";

const names: Placeholders = {
  lookup: (name) => ({ DOMAIN: "ml.example.com", TOKEN: "t0ken" })[name],
  known: ["DOMAIN", "TOKEN", "ABSENT_TOKEN"],
};

/** The use of the control plane with override files `a.yaml` and `b.yaml`, and inline values. */
async function use(files: { a?: string; b?: string; values?: string }) {
  const present = ["a", "b"].filter((each) => files[each as "a" | "b"] !== undefined);
  const component = `overrides: [${present.map((each) => `${each}.yaml`).join(", ")}]${
    files.values ? `, values: ${files.values}` : ""
  }`;
  const environment = await load({
    "clearml.yaml": SOUND.replace("version: 10.12.7", () => component),
    ...Object.fromEntries(present.map((each) => [`${each}.yaml`, files[each as "a" | "b"] ?? ""])),
  });
  const [first] = environment.components;
  if (!first) throw new Error("the environment has no component");
  return first;
}

async function problems(files: { a?: string; b?: string; values?: string }): Promise<string[]> {
  const component = await use(files);
  try {
    resolveValues(component, names);
    return [];
  } catch (thrown) {
    if (thrown instanceof UserError) return thrown.problems.map(formatProblem);
    throw thrown;
  }
}

describe("resolveValues", () => {
  it("takes files in their order, then inline values, and replaces names after parsing", async () => {
    const component = await use({
      a: "x: 1\nm: { a: 1, b: [1, 2] }\nhost: api.${DOMAIN}\n",
      b: "m: { b: [3] }\n",
      values: '{ x: 2, token: "${TOKEN}", literal: "$${TOKEN}" }',
    });
    expect(resolveValues(component, names)).toEqual({
      x: 2,
      m: { a: 1, b: [3] },
      host: "api.ml.example.com",
      token: "t0ken",
      literal: "${TOKEN}",
    });
  });

  it("takes an empty file for no values", async () => {
    expect(resolveValues(await use({ a: "# nothing yet\n" }), names)).toEqual({});
  });

  it.each([
    [
      "an unknown name",
      "x:\n  y: ${DOMIAN}\n",
      "a.yaml:2:6: unknown name `${DOMIAN}`; did you mean `${DOMAIN}`?",
    ],
    [
      "a name nothing is near to",
      "x: ${SOMETHING_ELSE}\n",
      "a.yaml:1:4: unknown name `${SOMETHING_ELSE}`; declare it under `variables` or `secrets`; known: DOMAIN, TOKEN, ABSENT_TOKEN",
    ],
    [
      "a secret the step was not given",
      "x: ${ABSENT_TOKEN}\n",
      "a.yaml:1:4: secret `ABSENT_TOKEN` has no value; set the environment variable ABSENT_TOKEN; in a workflow `env: { ABSENT_TOKEN: ${{ secrets.ABSENT_TOKEN }} }`",
    ],
    [
      "a GitHub expression",
      "x: ${{ secrets.TOKEN }}\n",
      "a.yaml:1:4: GitHub does not evaluate `${{ secrets.TOKEN }}` in a file",
    ],
    [
      "another form",
      "x: ${a.b}\n",
      "a.yaml:1:4: `${a.b}` is not a placeholder `${NAME}`; write `$${` for a literal `${`",
    ],
    ["a name in a key", "${TOKEN}: x\n", "a.yaml:1:1: placeholder `TOKEN` in a key is not replaced"],
    ["a list of values", "- a\n", "a.yaml:1:1: values are a map, not a list or text"],
    ["broken YAML", "a: [\n", "a.yaml:2:1: invalid YAML"],
    [
      "a placeholder in brackets without quotes",
      "a: [${TOKEN}]\n",
      'within brackets a placeholder needs quotes: ["${NAME}"]',
    ],
    ["a duplicate key", "a: 1\na: 2\n", "a.yaml:2:1: duplicate key `a`"],
  ])("refuses %s at its place", async (_, text, expected) => {
    const found = await problems({ a: text });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it("tells everything wrong in all files at once, also inline", async () => {
    const found = await problems({ a: "x: ${A}\ny: ['${B}']\n", b: "z: ${C}\n", values: '{ q: "${D}" }' });
    expect(found.map((line) => line.split(" ")[0])).toEqual([
      "a.yaml:1:4:",
      "a.yaml:2:5:",
      "b.yaml:1:4:",
      "clearml.yaml:5:62:",
    ]);
  });

  it("never shows the value of a secret in a message", async () => {
    const found = await problems({ a: "x: ${TOKEN}-${UNKNOWN}\n" });
    expect(found.join()).not.toContain("t0ken");
  });
});

describe("resolveText", () => {
  const at = { file: "clearml.yaml", line: 3, column: 5 };

  it("replaces the names of a text", () => {
    expect(resolveText("https://${DOMAIN}/${TOKEN}", names, at)).toBe("https://ml.example.com/t0ken");
  });

  it("refuses a secret without value", () => {
    expect(() => resolveText("${ABSENT_TOKEN}", names, at)).toThrow("secret `ABSENT_TOKEN` has no value");
  });
});
