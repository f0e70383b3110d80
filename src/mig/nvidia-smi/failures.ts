import type { Answer } from "../../kubernetes/exec.ts";
import { NoAnswerError } from "../no-answer.ts";
import { tellsOfLost } from "./lost.ts";

interface Failure {
  /** nvidia-smi's exit code, as its manual has it. */
  code: number;
  /** Its words for it: the code alone can get lost on the way. */
  words?: RegExp;
  message: string;
  hint: string;
  noGpu?: true;
}

const REBOOT = "reboot the node";
const XID = "look for Xid errors in `dmesg` of the node";

const FAILURES: readonly Failure[] = [
  {
    code: 2,
    words: /is not a valid field to query/i,
    message: "the driver does not know MIG, it is too old",
    hint: "install a newer driver: MIG needs 450.80 for A100, 525.85 for H100 and later ones for newer GPUs",
  },
  {
    code: 4,
    words: /insufficient permissions/i,
    message: "no permission to use the GPUs",
    hint: "it has to run as root, in a privileged container",
  },
  {
    code: 6,
    words: /no devices were found/i,
    message: "there is no GPU that the driver can use",
    hint: `look for \`NVRM\` in \`dmesg\` of the node; on a node without a GPU take it out of the input \`nodes\``,
    noGpu: true,
  },
  {
    code: 8,
    message: "a power cable of a GPU is not attached",
    hint: "attach it, then run this again",
  },
  {
    code: 9,
    words: /couldn't communicate with the NVIDIA driver/i,
    message: "the NVIDIA driver is not loaded",
    hint: "look at the driver pod of the node (`app=nvidia-driver-daemonset`), or at `dmesg` and `lsmod` where the driver is installed on the node itself; load it, then run this again",
  },
  {
    code: 10,
    message: "the kernel has trouble with the interrupts of a GPU",
    hint: `${XID}, then ${REBOOT}`,
  },
  {
    code: 12,
    words: /libnvidia-ml\.so/i,
    message: "the driver's library (libnvidia-ml.so) is not to be found",
    hint: "the container runs without the NVIDIA runtime, or the driver is not installed: look at the container toolkit pod of the node",
  },
  {
    code: 13,
    message: "the driver's library is too old for what was asked",
    hint: "install a newer driver on the node",
  },
  {
    code: 14,
    words: /infoROM is corrupted/i,
    message: "the memory of a GPU for its settings (infoROM) is damaged, so it cannot keep the MIG mode",
    hint: "have the GPU replaced, or leave its node out of the input `nodes`",
  },
  {
    code: 15,
    message: "a GPU has fallen off the bus",
    hint: `${REBOOT}; when it stays away, look for Xid 79 in \`dmesg\`: power, heat or the card itself`,
  },
  {
    code: 18,
    words: /driver\/library version mismatch/i,
    message: "the driver was updated, and the old one is still loaded",
    hint: REBOOT,
  },
];

const OTHER: Omit<Failure, "code"> = {
  message: "it told of no GPU",
  hint: `${XID}, and run \`nvidia-smi\` there`,
};

/** What an exit code of nvidia-smi means; undefined for one without a meaning of its own. */
export function meaningOf(code: number): string | undefined {
  return FAILURES.find((each) => each.code === code)?.message;
}

/** The error for an nvidia-smi that told nothing of use. Its words count first, then its exit code. */
export function failureOf(place: string, answer: Answer): NoAnswerError {
  const text = `${answer.stdout}\n${answer.stderr}`;
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const { message, hint, noGpu } =
    FAILURES.find(({ words }) => words?.test(text)) ??
    FAILURES.find(({ code }) => code === (lines.some(tellsOfLost) ? 15 : answer.code)) ??
    OTHER;
  const said = lines[0] === undefined ? "it said nothing" : `it said "${lines[0]}"`;
  return new NoAnswerError(
    { message: `nvidia-smi on ${place}: ${message} (exit code ${answer.code}; ${said})`, hint },
    { ...(noGpu ? { noGpu } : {}) },
  );
}
