import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { taskScript } from "../../../../src/smoke/end-to-end/script.ts";

const STAND_IN = resolve(import.meta.dirname, "../../../support/smoke-worker/python");

it("ends by itself, also when nobody answers it", async () => {
  const started = performance.now();
  // An address where nothing listens: it hangs in its first call, or fails.
  const child = spawn("python3", ["-c", `import time\n${hanging(taskScript("nonce", 0.2))}`], {
    env: { PATH: process.env.PATH ?? "", PYTHONPATH: STAND_IN, PYTHONDONTWRITEBYTECODE: "1" },
  });
  const [code] = await once(child, "close");
  expect(code).toBe(0);
  expect(performance.now() - started).toBeLessThan(5_000);
});

/** Never comes back from the SDK. */
function hanging(script: string): string {
  return script.replace("task = Task.init", "time.sleep(60)\ntask = Task.init");
}

it("has the nonce in one place, and prints it nowhere", () => {
  const script = taskScript("5ec2e7", 300.4);
  expect(script.match(/5ec2e7/g)).toEqual(["5ec2e7"]);
  expect(script).toContain("SECONDS = 301\n");
  expect(script).not.toMatch(/print\(.*WORD/);
});
