import { expect, test } from "vitest";
import { NoAnswerError } from "../../../../src/mig/no-answer.ts";
import { listProfiles, parseProfiles } from "../../../../src/mig/nvidia-smi/profiles.ts";
import { answer, NO_DRIVER, NO_MIG_DEVICES, PROFILES, scripted } from "./answers.ts";

test("profiles, and how many of them fit", () => {
  expect(parseProfiles(PROFILES)).toEqual([
    { gpu: 0, profile: "1g.5gb", free: 7, total: 7 },
    { gpu: 0, profile: "1g.5gb+me", free: 1, total: 1 },
    { gpu: 1, profile: "3g.20gb", free: 0, total: 2 },
  ]);
});

test("a node without MIG offers none; one that does not answer is an error", async () => {
  expect(await listProfiles(scripted({ mig: answer(NO_MIG_DEVICES, 6) }))).toEqual([]);
  await expect(listProfiles(scripted({ mig: answer(NO_DRIVER, 9) }))).rejects.toThrow(NoAnswerError);
});
