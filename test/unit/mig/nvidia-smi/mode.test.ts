import { expect, test } from "vitest";
import { destroyInstances, resetGpus, setMode } from "../../../../src/mig/nvidia-smi/mode.ts";
import {
  answer,
  DENIED,
  DESTROY_IN_USE,
  DESTROYED,
  ENABLED,
  gpu,
  PENDING_IN_USE,
  RESET_IN_USE,
  RESET_NOT_SUPPORTED,
  scripted,
} from "./answers.ts";

const GPUS = [gpu(0, "00000000:07:00.0"), gpu(3, "00000000:36:00.0")];
const LIST = "00000000:07:00.0,00000000:36:00.0";
const RESET = answer("GPU 00000000:07:00.0 was successfully reset.\nAll done.\n");
const NONE = { byGpu: new Map() };

test("the mode of several GPUs is set in one call, by their bus ids", async () => {
  const smi = scripted({ "-mig 1": answer(PENDING_IN_USE), "-mig 0": answer(ENABLED) });
  const words = await setMode(smi, GPUS, "enabled");
  await setMode(smi, GPUS.slice(1), "disabled");
  expect(smi.calls).toEqual([`-i ${LIST} -mig 1`, "-i 00000000:36:00.0 -mig 0"]);
  expect([...words.byGpu.keys()]).toEqual([0]);
});

test("no GPU is never taken for all of them", async () => {
  const smi = scripted({});
  expect(await setMode(smi, [], "disabled")).toEqual(NONE);
  expect(await resetGpus(smi, [])).toEqual(NONE);
  expect(await destroyInstances(smi, [])).toEqual(NONE);
  expect(smi.calls).toEqual([]);
});

test.each([
  ["no instances", "No GPU instances found: Not Found\n"],
  ["no GPU with MIG on", "No MIG-enabled devices found.\n"],
])("%s: there is nothing to destroy, and nothing to say", async (_, words) => {
  const smi = scripted({ mig: answer(words, 6) });
  expect(await destroyInstances(smi, GPUS)).toEqual(NONE);
  expect(smi.calls).toEqual([`mig -dci -i ${LIST}`, `mig -dgi -i ${LIST}`]);
});

test("what could not be destroyed is said", async () => {
  const smi = scripted({ "-dci": answer(DESTROYED), "-dgi": answer(DESTROY_IN_USE, 19) });
  expect((await destroyInstances(smi, GPUS)).byGpu.get(0)).toContain("Unable to destroy GPU instance");
  const denied = scripted({ "-dci": answer(DENIED, 4), "-dgi": answer(DESTROY_IN_USE, 19) });
  expect((await destroyInstances(denied, GPUS)).general).toContain("Insufficient permissions");
});

test("a reset that works is one call", async () => {
  const smi = scripted({ "--gpu-reset": RESET });
  expect(await resetGpus(smi, GPUS)).toEqual(NONE);
  expect(smi.calls).toEqual([`--gpu-reset -i ${LIST}`]);
});

test("a GPU in use that is not in persistence mode stays as it is", async () => {
  const smi = scripted({
    "--gpu-reset": answer(RESET_IN_USE, 255),
    persistence_mode: answer("00000000:07:00.0, Disabled\n00000000:36:00.0, Disabled\n"),
  });
  expect((await resetGpus(smi, GPUS)).byGpu.get(0)).toContain("In use by another client");
  expect(smi.calls).toHaveLength(2);
});

test("persistence mode is put off for a reset that it prevents, and put back on, also when the reset fails", async () => {
  const smi = scripted({
    "--gpu-reset": answer(RESET_IN_USE, 255),
    persistence_mode: answer("00000000:07:00.0, Enabled\n00000000:36:00.0, Disabled\n"),
  });
  await resetGpus(smi, GPUS);
  expect(smi.calls.slice(2)).toEqual([
    "-i 00000000:07:00.0 -pm 0",
    `--gpu-reset -i ${LIST}`,
    "-i 00000000:07:00.0 -pm 1",
  ]);
});

test("a reset that is not supported is not tried again", async () => {
  const smi = scripted({ "--gpu-reset": answer(RESET_NOT_SUPPORTED, 3) });
  await resetGpus(smi, GPUS);
  expect(smi.calls).toHaveLength(1);
});
