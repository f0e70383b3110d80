import { describe, expect, it } from "vitest";
import type { ToolResult } from "../../../src/core/exec.ts";
import { answerOf } from "../../../src/kubernetes/exec.ts";

const result = (code: number, stderr = "", stdout = ""): ToolResult => ({ code, stderr, stdout });

describe("what kubectl says of a program", () => {
  it.each([
    ["success", result(0, "", "0, A100"), { code: 0, stdout: "0, A100", stderr: "" }],
    [
      "its exit code",
      result(4, "Unable to enable\ncommand terminated with exit code 4\n"),
      { code: 4, stdout: "", stderr: "Unable to enable\n" },
    ],
    [
      "its exit code in the words of other kubelets",
      result(
        1,
        "Error from server: Internal error occurred: error executing command: exit status 7\n",
        "out",
      ),
      { code: 7, stdout: "out", stderr: "" },
    ],
    [
      "that there is no such pod",
      result(1, 'Error from server (NotFound): pods "x" not found\n'),
      { words: 'Error from server (NotFound): pods "x" not found', missing: false },
    ],
    [
      "that there is no such program",
      result(
        126,
        'OCI runtime exec failed: exec: "nvidia-smi": executable file not found in $PATH: unknown\ncommand terminated with exit code 126\n',
      ),
      {
        words: 'OCI runtime exec failed: exec: "nvidia-smi": executable file not found in $PATH: unknown',
        missing: true,
      },
    ],
    [
      "that a path is no program",
      result(
        126,
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "/x": stat /x: no such file or directory: unknown\ncommand terminated with exit code 127\n',
      ),
      {
        words:
          'OCI runtime exec failed: exec failed: unable to start container process: exec: "/x": stat /x: no such file or directory: unknown',
        missing: true,
      },
    ],
    [
      "that the program itself misses a file",
      result(2, "cat: /x: No such file or directory\ncommand terminated with exit code 2\n"),
      { code: 2, stdout: "", stderr: "cat: /x: No such file or directory\n" },
    ],
  ])("%s", (_, given, expected) => {
    expect(answerOf(given)).toEqual(expected);
  });
});
