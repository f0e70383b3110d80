import { expect, test } from "vitest";
import type { Answer } from "../../../../src/kubernetes/exec.ts";
import type { Gpu } from "../../../../src/mig/model.ts";
import { NoAnswerError } from "../../../../src/mig/no-answer.ts";
import { parseGpus, queryGpus } from "../../../../src/mig/nvidia-smi/query.ts";
import {
  answer,
  gpu,
  LOST,
  LOST_NEW,
  MISMATCH,
  NO_DEVICES,
  NO_DRIVER,
  NO_LIBRARY,
  OLD_DRIVER,
  PERSISTENCE,
  scripted,
} from "./answers.ts";

const UUID = "GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f";

/** A line as nvidia-smi prints it with `--format=csv,noheader`. */
function line(current: string, pending: string, index = 0, bus = "00000000:36:00.0"): string {
  return `${index}, NVIDIA A100-SXM4-80GB, ${UUID}, ${bus}, ${current}, ${pending}\n`;
}

test.each<[string, string, Gpu["current"], Gpu["pending"]]>([
  ["Disabled", "Disabled", "disabled", "disabled"],
  ["Disabled", "Enabled", "disabled", "enabled"],
  ["Enabled", "Enabled", "enabled", "enabled"],
  ["Enabled", "Disabled", "enabled", "disabled"],
  ["[N/A]", "[N/A]", "unsupported", "unsupported"],
  ["N/A", "N/A", "unsupported", "unsupported"],
  ["[Not Supported]", "[Not Supported]", "unsupported", "unsupported"],
  ["[Unknown Error]", "[Unknown Error]", "unknown", "unknown"],
  ["[Insufficient Permissions]", "Disabled", "unknown", "disabled"],
  ["", "", "unknown", "unknown"],
])("modes %s and %s are %s and %s", (current, pending, first, second) => {
  expect(parseGpus(line(current, pending))).toEqual([
    {
      index: 0,
      model: "NVIDIA A100-SXM4-80GB",
      uuid: UUID,
      bus: "00000000:36:00.0",
      current: first,
      pending: second,
    },
  ]);
});

test("lines that are no GPU are passed over, whatever ends the lines", () => {
  const text = `${PERSISTENCE}\n${line("Disabled", "Enabled").replace("\n", "\r\n")}${line("Enabled", "Enabled", 11)}All done.\n7\n`;
  expect(parseGpus(text).map(({ index, pending }) => [index, pending])).toEqual([
    [0, "enabled"],
    [11, "enabled"],
  ]);
  expect(parseGpus("")).toEqual([]);
});

test("a GPU without any value is told apart by its index", () => {
  const lost = "[GPU is lost]";
  expect(parseGpus(`3, ${lost}, ${lost}, ${lost}, ${lost}, ${lost}\n`)).toEqual([
    { index: 3, model: "unknown", uuid: "unknown:3", bus: "", current: "unknown", pending: "unknown" },
  ]);
});

test("one call tells of all GPUs", async () => {
  const smi = scripted({
    "--query-gpu": answer(line("Enabled", "Enabled") + line("Disabled", "Disabled", 1)),
  });
  expect((await queryGpus(smi)).map(({ current }) => current)).toEqual(["enabled", "disabled"]);
  expect(smi.calls).toEqual([
    "--query-gpu=index,name,uuid,pci.bus_id,mig.mode.current,mig.mode.pending --format=csv,noheader",
  ]);
});

test.each([
  ["as old drivers say it", LOST],
  ["as new drivers say it", LOST_NEW],
])("a GPU off the bus, %s, is unknown, and the others answer", async (_, words) => {
  const rest =
    line("Enabled", "Enabled", 0, "00000000:06:00.0") + line("Disabled", "Disabled", 2, "00000000:08:00.0");
  const gpus = await queryGpus(scripted({ "--query-gpu": answer(rest, 15, words) }));
  expect(gpus.map(({ index, bus, current }) => [index, bus, current])).toEqual([
    [0, "00000000:06:00.0", "enabled"],
    [1, "00000000:07:00.0", "unknown"],
    [2, "00000000:08:00.0", "disabled"],
  ]);
  expect(gpus[1]?.uuid).toBe("unknown:00000000:07:00.0");
});

test("a GPU of which both a line and a complaint tell is one GPU", async () => {
  const rest = line("[GPU requires reset]", "[GPU requires reset]", 0, "00000000:0B:00.0");
  const words = "Unable to determine the device handle for gpu 0000:0b:00.0: GPU requires reset\n";
  const gpus = await queryGpus(scripted({ "--query-gpu": answer(rest + words, 15) }));
  expect(gpus.map(({ index, bus, current }) => [index, bus, current])).toEqual([
    [0, "00000000:0B:00.0", "unknown"],
  ]);
});

test("a GPU that is lost on the way stays who it was", async () => {
  const rest = line("Enabled", "Enabled", 0, "00000000:06:00.0");
  const before = [gpu(0, "00000000:06:00.0"), gpu(5, "00000000:07:00.0", "enabled")];
  const [, lost] = await queryGpus(scripted({ "--query-gpu": answer(LOST + rest, 15) }), before);
  expect(lost).toEqual({ ...before[1], current: "unknown", pending: "unknown" });
});

test("a driver that tells of none when one is lost is asked for each", async () => {
  const smi = scripted({
    "-i 0 ": answer(line("Enabled", "Enabled", 0, "00000000:06:00.0")),
    "-i 1 ": answer(LOST_NEW, 255),
    "-i 2 ": answer(line("Disabled", "Disabled", 2, "00000000:08:00.0")),
    "-i 3 ": answer(NO_DEVICES, 6),
    "--query-gpu": answer(LOST_NEW, 255),
  });
  expect((await queryGpus(smi)).map(({ index, current }) => [index, current])).toEqual([
    [0, "enabled"],
    [1, "unknown"],
    [2, "disabled"],
  ]);
  expect(smi.calls).toHaveLength(5);
});

test.each<[string, Answer, RegExp, RegExp]>([
  [
    "no driver",
    answer(NO_DRIVER, 9),
    /driver is not loaded \(exit code 9; it said "NVIDIA-SMI has failed/,
    /driver pod/,
  ],
  ["no driver, code lost", answer("", 1, NO_DRIVER), /driver is not loaded/, /driver pod/],
  ["no library", answer(NO_LIBRARY, 12), /libnvidia-ml\.so\) is not to be found/, /toolkit/],
  ["old driver loaded", answer(MISMATCH, 18), /old one is still loaded/, /reboot/],
  ["a driver before MIG", answer(OLD_DRIVER, 2), /does not know MIG/, /newer driver/],
  ["no GPU", answer(NO_DEVICES, 6), /no GPU that the driver can use/, /dmesg/],
  [
    "no permission",
    answer("Failed to initialize NVML: Insufficient Permissions\n", 4),
    /no permission/,
    /root/,
  ],
  [
    "no permission, code alone",
    answer("", 4),
    /no permission .*\(exit code 4; it said nothing\)/,
    /privileged/,
  ],
  ["no power", answer("", 8), /power cable/, /attach/],
  ["interrupts", answer("", 10), /interrupts/, /Xid/],
  ["an old library", answer("", 13), /too old/, /newer driver/],
  ["infoROM", answer("", 14), /infoROM/, /replaced/],
  [
    "all GPUs lost",
    answer(LOST, 255),
    /fallen off the bus \(exit code 255; it said "Unable to/,
    /reboot the node/,
  ],
  ["a GPU lost, code alone", answer("", 15), /fallen off the bus/, /reboot the node/],
  [
    "something else",
    answer("Segmentation fault\n", 139),
    /told of no GPU .*"Segmentation fault"/,
    /nvidia-smi/,
  ],
  ["success without a GPU", answer("", 0), /told of no GPU/, /dmesg/],
])("%s is told in words, with the repair", async (_, said, message, hint) => {
  const failure = await queryGpus(scripted({ "--query-gpu": said })).catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(NoAnswerError);
  const [problem] = (failure as NoAnswerError).problems;
  expect(problem?.message).toMatch(/^nvidia-smi on this machine: /);
  expect(problem?.message).toMatch(message);
  expect(problem?.hint).toMatch(hint);
});
