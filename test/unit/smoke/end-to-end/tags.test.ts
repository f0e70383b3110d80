import { expect, it } from "vitest";
import { isLeftOver, SMOKE_TAG, smokeTags } from "../../../../src/smoke/end-to-end/tags.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const MINUTE = 60_000;

it("marks a task as one of a smoke test, of this one, and until when", () => {
  expect(smokeTags("ab12", NOW + 1)).toEqual({
    own: "clearml-actions-smoke-ab12",
    all: ["clearml-actions-smoke", "clearml-actions-smoke-ab12", "clearml-actions-smoke-until-1795262401"],
  });
});

it.each([
  ["a test at work", smokeTags("x", NOW + 5 * MINUTE).all, false],
  ["a test whose clock is a little behind", smokeTags("x", NOW - MINUTE / 2).all, false],
  ["a test that died", smokeTags("x", NOW - 2 * MINUTE).all, true],
  ["another's task", ["clearml-actions-smoke-until-1"], false],
  ["a task without deadline", [SMOKE_TAG], false],
  ["a deadline that is none", [SMOKE_TAG, "clearml-actions-smoke-until-"], false],
  ["a deadline in words", [SMOKE_TAG, "clearml-actions-smoke-until-soon"], false],
])("%s", (_, tags, left) => {
  expect(isLeftOver(tags, NOW)).toBe(left);
});
