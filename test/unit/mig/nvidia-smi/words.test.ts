import { expect, test } from "vitest";
import type { Answer } from "../../../../src/kubernetes/exec.ts";
import { wordsOf } from "../../../../src/mig/nvidia-smi/words.ts";
import * as said from "./answers.ts";

const GPUS = [
  said.gpu(0, "00000000:07:00.0"),
  said.gpu(1, "00000000:00:03.0"),
  said.gpu(2, "00000000:21:00.0"),
  said.gpu(3, "00000000:36:00.0"),
];

test.each<[string, Answer, number, RegExp, RegExp]>([
  [
    "in use",
    said.answer(said.PENDING_IN_USE),
    0,
    /pending enable state .*In use by another client"/,
    /drain: true/,
  ],
  [
    "pass-through",
    said.answer(said.PENDING_NOT_SUPPORTED),
    1,
    /pending enable .*Not Supported"/,
    /reboot: allow/,
  ],
  ["a reset that took too long", said.answer(said.PENDING_TIMEOUT), 0, /:Timeout"/, /reset of the GPU/],
  ["no MIG", said.answer(said.NOT_CAPABLE), 2, /Unable to enable MIG Mode .*Not Supported"/, /knows no MIG/],
  [
    "instances in use",
    said.answer(said.DISABLE_IN_USE, 19),
    0,
    /Unable to disable/,
    /something uses the GPU/,
  ],
  [
    "an instance in use",
    said.answer(said.DESTROY_IN_USE, 19),
    0,
    /Unable to destroy GPU instance/,
    /something uses/,
  ],
  [
    "reset impossible",
    said.answer(said.RESET_NOT_SUPPORTED, 3),
    1,
    /Resetting GPU .* not supported/,
    /reboot: allow/,
  ],
  [
    "reset while in use",
    said.answer(said.RESET_IN_USE, 255),
    0,
    /"GPU .*In use by another client"/,
    /something uses/,
  ],
  [
    "the same in old words",
    said.answer(said.RESET_IN_USE_OLD, 255),
    0,
    /in use by another process\."/,
    /something uses/,
  ],
  ["reset with NVLink", said.answer(said.RESET_NVLINK, 255), 0, /"GPU .*: Not Supported"/, /NVLink/],
  ["off the bus", said.answer(said.LOST, 15), 0, /"Unable to determine .*"/, /reboot the node/],
  ["off the bus, new words", said.answer("", 255, said.LOST_NEW), 0, /Unknown Error"/, /Xid 79/],
  ["words nobody knows", said.answer("GPU 00000000:07:00.0 is on fire\n", 1), 0, /"GPU .* is on fire"$/, /$/],
])("%s is said of the GPU, in one line with the repair", (_, answer, index, words, repair) => {
  const { byGpu, general } = wordsOf(answer, GPUS);
  expect([...byGpu.keys()]).toEqual([index]);
  expect(byGpu.get(index)).toMatch(/^nvidia-smi said "[^\n]*$/);
  expect(byGpu.get(index)).toMatch(words);
  expect(byGpu.get(index)).toMatch(repair);
  expect(general).toBeUndefined();
});

test.each<[string, Answer]>([
  ["success", said.answer(said.ENABLED)],
  ["persistence mode is off", said.answer(said.PERSISTENCE + said.ENABLED)],
  ["destroyed instances", said.answer(said.DESTROYED)],
  ["a reset", said.answer("GPU 00000000:07:00.0 was successfully reset.\nAll done.\n")],
  ["nothing", said.answer("")],
])("%s is no complaint", (_, answer) => {
  expect(wordsOf(answer, GPUS)).toEqual({ byGpu: new Map() });
});

test.each<[string, Answer, RegExp]>([
  [
    "no permission",
    said.answer(said.DENIED, 4),
    /^nvidia-smi said "Unable to enable MIG mode: .*"; .*as root/,
  ],
  ["a guest", said.answer("", 4, said.DENIED_GUEST), /"Unable to disable MIG Mode: .*"; .*vGPU/],
  ["the driver is gone", said.answer(said.NO_DRIVER, 9), /^nvidia-smi said "NVIDIA-SMI has failed/],
  ["success with an odd code", said.answer(said.ENABLED, 255), /^nvidia-smi ended with exit code 255$/],
  ["the first of several", said.answer(`${said.DENIED}Failed to do more\n`, 4), /"Unable to enable MIG mode/],
  ["a code with a meaning", said.answer("", 14), /exit code 14: .*infoROM/],
  [
    "a GPU that is none of them",
    said.answer("Unable to enable MIG Mode for GPU 00000000:99:00.0: Not Supported\n", 3),
    /^nvidia-smi said ".* 00000000:99:00.0: Not Supported"; /,
  ],
])("%s is said of all", (_, answer, words) => {
  const { byGpu, general } = wordsOf(answer, GPUS);
  expect([...byGpu]).toEqual([]);
  expect(general).toMatch(words);
});

test("one call for many GPUs: each has its own words", () => {
  const answer = said.answer(
    said.ENABLED.replace("All done.\n", "") +
      said.PERSISTENCE +
      said.PENDING_IN_USE +
      said.PENDING_NOT_SUPPORTED +
      said.NOT_CAPABLE,
  );
  const { byGpu, general } = wordsOf(answer, GPUS);
  expect([...byGpu.keys()].sort()).toEqual([0, 1, 2]);
  expect(byGpu.get(0)).toContain("In use by another client");
  expect(byGpu.get(1)).toContain("cannot be reset");
  expect(byGpu.get(2)).toContain("knows no MIG");
  expect(general).toBeUndefined();
});
