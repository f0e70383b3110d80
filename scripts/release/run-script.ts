import { UserError } from "../../src/core/errors.ts";

/** Runs a script of the release: what is wrong is said without a stack trace, at its place, with the repair. */
export async function runScript(work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    process.exitCode = 1;
    if (!(thrown instanceof UserError)) throw thrown;
    for (const line of shown(thrown)) console.error(line);
  }
}

function shown({ problems }: UserError): string[] {
  return problems.map(({ message, hint, at }) => {
    const place = at ? `${at.file}:${at.line}: ` : "";
    return `${place}${message}${hint ? `; ${hint}` : ""}`;
  });
}
