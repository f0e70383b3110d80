/** `docs/troubleshooting.md` and `docs/upgrading.md` against what the actions say and know. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MONGO_STEP, STEPPED_CHART, stepsBetween } from "../../../src/catalogue/upgrade-steps.ts";
import { EXIT_CODES } from "../../../src/core/errors.ts";
import { ACTIONS } from "../../../src/index.ts";
import { RULES } from "../../../src/lint/rules/index.ts";
import { CHECKS } from "../../../src/smoke/checks.ts";
import { type Page, page, ROOT } from "../../support/pages/pages.ts";

const TROUBLESHOOTING = page("docs/troubleshooting.md");
const UPGRADING = page("docs/upgrading.md");
const RULE_LINK = /\[([^\]]+)\]\((?:\.\.\/)+actions\/lint-overrides\/rules\/([\w-]+)\.md\)/g;

/** Everything that the program may say. */
const SOURCE = readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
  .join("\n")
  .replaceAll("\\`", "`");

/** Cells of the rows of the first table whose header has this first cell. */
function rowsBelow({ text }: Page, header: string): string[][] {
  const rows = text.split(`| ${header} |`)[1]?.split("\n\n")[0]?.split("\n").slice(2) ?? [];
  return rows.map((row) => row.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()));
}

describe("the pages about trouble", () => {
  it("name rules by their own number or name", () => {
    const links = [TROUBLESHOOTING, UPGRADING].flatMap(({ text }) => [...text.matchAll(RULE_LINK)]);
    expect(links.length).toBeGreaterThan(70);
    for (const [, name = "", slug = ""] of links) {
      const rule = RULES.find((each) => each.slug === slug);
      expect([rule?.id, `\`${rule?.slug}\``], slug).toContain(name);
    }
  });

  it("explain every exit code", () => {
    const codes = rowsBelow(TROUBLESHOOTING, "Exit code").map(([code]) => Number(code));
    expect(codes).toEqual(Object.values(EXIT_CODES).sort((a, b) => a - b));
  });

  const messages = rowsBelow(TROUBLESHOOTING, "Message").flatMap(([message = ""]) => [
    ...message.matchAll(/`([^`]+)`/g),
  ]);

  it.each(messages.map(([, message = ""]) => message))("quote what is said: %s", (message) => {
    const parts = message.split("…").map((part) => part.trim());
    for (const part of parts) expect(SOURCE).toContain(part);
    expect(parts.join("").length).toBeGreaterThan(8);
  });

  it("quote a good many messages", () => expect(messages.length).toBeGreaterThan(15));

  it("name checks of the smoke test that there are", () => {
    const [, gateways = ""] = TROUBLESHOOTING.text.split("## Gateways");
    const lists = [...gateways.matchAll(/(?:[Cc]hecks|names \() ?((?:`[\w-]+`(?:, | and )?)+)/g)];
    const named = lists.flatMap(([, list = ""]) => [...list.matchAll(/`([\w-]+)`/g)].map(([, each]) => each));
    expect(named.length).toBeGreaterThan(8);
    for (const each of named) expect(CHECKS.map(({ name }) => name)).toContain(each);
  });
});

describe("the page about upgrades", () => {
  it("has every step that the plan knows", () => {
    const rows = rowsBelow(UPGRADING, `Chart \`${STEPPED_CHART}\``).map(([version = ""]) => version);
    const steps = stepsBetween(STEPPED_CHART, "10.0.0", "99.0.0");
    expect(steps).toContain(MONGO_STEP);
    for (const { version } of steps) expect(rows).toContain(`**${version}**`);
  });

  it("names actions and inputs that there are", () => {
    const known = ACTIONS.flatMap(({ definition }) => [
      definition.name,
      ...Object.keys(definition.inputs.shape),
    ]);
    for (const name of [
      "mode",
      "on-failure",
      "helm-version",
      "smoke-test-gateway",
      "detect-drift",
      "mig-enable",
    ]) {
      expect(UPGRADING.text).toContain(`\`${name}`);
      expect(known).toContain(name);
    }
  });
});
