import { expect, it } from "vitest";
import { CHECKS } from "../../../../src/smoke/checks.ts";
import { END_TO_END } from "../../../../src/smoke/end-to-end/index.ts";

const NAMES = CHECKS.map(({ name }) => name);

it.each(END_TO_END.map((check) => [check.name, check.after ?? []] as const))(
  "%s rests on checks that there are",
  (_, after) => {
    expect(NAMES).toEqual(expect.arrayContaining([...after]));
  },
);

it("cleans up last, whatever has failed", () => {
  expect(END_TO_END.at(-1)).toMatchObject({ name: "clean-up", lastly: true });
  expect(END_TO_END.at(-1)?.after).toBeUndefined();
});
