import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { PRE_COMMIT_PACKAGES, PYTHON_PACKAGES } from "./pins.ts";

const run = promisify(execFile);

/** Fetches a package that holds a program, checks its sum, and puts the program into `out`. */
export async function unpackPythonPackage(tool: keyof typeof PYTHON_PACKAGES, out: string): Promise<void> {
  const { package: wanted, sums } = PYTHON_PACKAGES[tool];
  const folder = join(out, "python");
  mkdirSync(folder);
  const requirements = join(out, "requirements.txt");
  writeFileSync(requirements, `${wanted} ${sums.map((sum) => `--hash=sha256:${sum}`).join(" ")}\n`);
  await pip(wanted, ["--require-hashes", "--target", folder, "--requirement", requirements], out);
  copyFileSync(join(folder, "bin", tool), join(out, tool));
}

/** Packs pre-commit and what it rests on into one program that Python runs. */
export async function packPreCommit(out: string): Promise<void> {
  const folder = join(out, "python");
  await pip("pre-commit", ["--only-binary", ":all:", "--target", folder, ...PRE_COMMIT_PACKAGES], out);
  writeFileSync(join(folder, "__main__.py"), "from pre_commit.main import main\nraise SystemExit(main())\n");
  const interpreter = ["--python", "/usr/bin/env python3"];
  const args = ["-m", "zipapp", folder, ...interpreter, "--output", join(out, "pre-commit")];
  await run("python3", args, { cwd: out });
}

/** `pip install` of exactly what is named. */
async function pip(wanted: string, options: readonly string[], cwd: string): Promise<void> {
  const args = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", ...options];
  await run("python3", args, { cwd }).catch((thrown: NodeJS.ErrnoException & { stderr?: string }) => {
    const said = thrown.stderr?.trim() ?? "";
    if (thrown.code === "ENOENT" || said.includes("No module named pip")) {
      throw new Error("Python's pip is missing: install Python 3 with pip");
    }
    throw new Error(`pip cannot fetch ${wanted}\n${said}`);
  });
}
