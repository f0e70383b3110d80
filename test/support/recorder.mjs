// Preloaded into an action (`node --import`): writes every process it starts, as JSON lines, to the file that
// RECORD_PROCESSES names. It changes nothing else.
import childProcess from "node:child_process";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const file = process.env.RECORD_PROCESSES;
for (const name of ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"]) {
  const original = childProcess[name];
  childProcess[name] = (command, ...rest) => {
    const args = Array.isArray(rest[0]) ? rest[0] : [];
    const options =
      rest.find((each) => typeof each === "object" && each !== null && !Array.isArray(each)) ?? {};
    appendFileSync(
      file,
      `${JSON.stringify({ function: name, command, args, shell: options.shell ?? false })}\n`,
    );
    return original(command, ...rest);
  };
}
syncBuiltinESMExports();
