import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { GO_VERSION } from "./pins.ts";

/** Runs the go command. Its stderr is shown only when it fails. */
export function go(
  args: readonly string[],
  options: { cwd?: string; out: string; stdout?: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("go", args, {
      cwd: options.cwd ?? options.out,
      stdio: ["ignore", options.stdout ? openSync(options.stdout, "w") : "ignore", "pipe"],
      env: {
        ...process.env,
        GOBIN: options.out,
        CGO_ENABLED: "0",
        GOTOOLCHAIN: "local",
        GOFLAGS: "-buildvcs=false",
      },
    });
    let stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once("error", () =>
      reject(new Error(`Go is missing: install Go ${GO_VERSION} or newer (https://go.dev/dl)`)),
    );
    child.once("exit", (code) => (code === 0 ? resolve() : reject(goFailure(stderr))));
  });
}

function goFailure(stderr: string): Error {
  const lines = stderr
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("go: downloading"));
  if (/requires go >= |go\.mod requires/.test(stderr)) {
    return new Error(`Go is too old: install Go ${GO_VERSION} or newer (https://go.dev/dl)\n${lines.at(-1)}`);
  }
  if (/dial tcp|no such host|connection refused|proxyconnect/.test(stderr)) {
    return new Error(`the Go module proxy cannot be reached (check network and GOPROXY)\n${lines.at(-1)}`);
  }
  return new Error(`the build failed:\n${lines.slice(-20).join("\n")}`);
}
