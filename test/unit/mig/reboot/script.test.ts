import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { rebootPod } from "../../../../src/mig/reboot/pod.ts";

/** The command of the container, with a `cat` and a `chroot` that only write down what they are asked. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reboot-script-"));
  const programs = { cat: 'echo "this-boot"', chroot: `echo "$*" >>"${folder}/calls"; exit 5` };
  for (const [name, line] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder, name), 0o755);
  }
});
beforeEach(() => writeFileSync(join(folder, "calls"), ""));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runAt(boot: string): { code: number; calls: string } {
  const { spec } = rebootPod({ namespace: "ops", image: "busybox", node: "gpu-1", boot, timeoutMs: 60_000 });
  const [container] = (spec as { containers: { command: string[]; env: { value: string }[] }[] }).containers;
  const [program = "", ...args] = container?.command ?? [];
  // Nothing else is on PATH: whatever the command says, this machine stays up.
  const env = { PATH: [folder].join(delimiter), BOOT_ID: container?.env[0]?.value };
  let code = 0;
  try {
    execFileSync(`/bin/${program}`, args, { env });
  } catch (thrown) {
    code = (thrown as { status: number }).status;
  }
  return { code, calls: readFileSync(join(folder, "calls"), "utf8") };
}

describe("the command of the pod", () => {
  it("reboots at the boot that is meant, and ends as systemctl does", () => {
    expect(runAt("this-boot")).toEqual({ code: 5, calls: "/host systemctl reboot\n" });
  });

  it("does nothing, and calls that fine, once the node has booted anew", () => {
    expect(runAt("an-earlier-boot")).toEqual({ code: 0, calls: "" });
  });
});
