import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { SmokeCheck, SmokeGroup } from "../../../src/smoke/model.ts";
import { selectChecks } from "../../../src/smoke/select.ts";
import { caught } from "../../support/caught.ts";

function check(name: string, group: SmokeGroup): SmokeCheck {
  return { name, group, proves: name, run: async () => ({ status: "pass", detail: "" }) };
}

const ALL = [
  check("dns", "outside"),
  check("session", "outside"),
  check("endpoints", "inside"),
  check("nonce", "end-to-end"),
];

describe("the checks of a run", () => {
  it.each([
    [[], false, ["dns", "session", "endpoints"]],
    [[], true, ["dns", "session", "endpoints", "nonce"]],
    [["outside"], false, ["dns", "session"]],
    [["session", "dns"], false, ["dns", "session"]],
    [["-session"], false, ["dns", "endpoints"]],
    [["outside", "-dns"], true, ["session", "nonce"]],
    [["end-to-end"], false, ["nonce"]],
    [["-inside", "-dns"], false, ["session"]],
  ])("%j, end to end: %s", (wanted, endToEnd, names) => {
    expect(selectChecks(ALL, wanted, endToEnd).map(({ name }) => name)).toEqual(names);
  });

  it.each([
    [["nonce"], ["nonce", "clean-up"]],
    [
      ["end-to-end", "-clean-up"],
      ["nonce", "clean-up"],
    ],
    [["dns"], ["dns"]],
  ])("%j with what cleans up after them", (wanted, names) => {
    const last: SmokeCheck = { ...check("clean-up", "end-to-end"), lastly: true };
    expect(selectChecks([...ALL, last], wanted, false).map(({ name }) => name)).toEqual(names);
  });

  it.each([
    [["sesion"], "input `checks`: there is no check `sesion`", "did you mean `session`?"],
    [["-tls"], "input `checks`: there is no check `tls`", /and the groups outside, inside, end-to-end$/],
    [["dns", "-outside"], "input `checks` leaves no check", /^there are dns, session/],
  ])("%j is refused", (wanted, message, hint) => {
    const [problem] = caught(() => selectChecks(ALL, wanted, false), UserError).problems;
    expect(problem?.message).toBe(message);
    expect(problem?.hint).toEqual(typeof hint === "string" ? hint : expect.stringMatching(hint));
  });
});
