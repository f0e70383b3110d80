import { spawn } from "node:child_process";
import { GO_VERSION } from "./pins.ts";

const HOW_TO_GET_GO = `install Go ${GO_VERSION} or newer (https://go.dev/dl)`;

/** Runs the go command and resolves to its stdout; binaries go to `out`. Rejects with what is missing and the repair. */
export function go(args: readonly string[], options: { cwd?: string; out: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("go", args, {
      cwd: options.cwd ?? options.out,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        GOBIN: options.out,
        CGO_ENABLED: "0",
        GOTOOLCHAIN: "local",
        GOWORK: "off",
        GOFLAGS: "-buildvcs=false",
      },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once("error", () => reject(new Error(`Go is missing: ${HOW_TO_GET_GO}`)));
    child.once("close", (code) => (code === 0 ? resolve(stdout) : reject(goFailure(stderr))));
  });
}

/** What the go command's words mean for the person who has to repair it. */
export function goFailure(stderr: string): Error {
  const lines = stderr
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("go: downloading"));
  // Before Go 1.21 the version line itself is not understood, before 1.24 the list of tools.
  if (/requires go >= |invalid go version|unknown directive: (tool|toolchain|godebug)/.test(stderr)) {
    return new Error(`Go is too old: ${HOW_TO_GET_GO}\n${lines.at(-1)}`);
  }
  if (/dial tcp|no such host|connection refused|proxyconnect|i\/o timeout|TLS handshake/.test(stderr)) {
    return new Error(`the Go module proxy cannot be reached (check network and GOPROXY)\n${lines.at(-1)}`);
  }
  return new Error(`the build failed:\n${lines.slice(-20).join("\n")}`);
}
