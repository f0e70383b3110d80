/** Runs an action as a step of act, and notes for the test what it was given and what became of it. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @param {{ name: string, record: string, inputs: Record<string, string>, variables: Record<string, string>, module: string, call?: string }} step
 *   `inputs` counts where the workflow leaves an input empty; `variables` win; `call` is the export to call.
 */
export async function runStep({ name, record, inputs, variables, module, call }) {
  Object.assign(process.env, variables);
  for (const [input, value] of Object.entries(inputs)) {
    process.env[`INPUT_${input.replaceAll(" ", "_").toUpperCase()}`] ||= value;
  }
  const env = { ...process.env };
  const { GITHUB_JOB: job = "", GITHUB_STEP_SUMMARY: summary = "" } = env;
  const post = Object.keys(env).some((variable) => variable.startsWith("STATE_"));
  noteAnnotations(join(record, "annotations"));
  process.once("exit", (code) => {
    appendFileSync(join(record, "steps"), `${JSON.stringify({ job, action: name, post, code, env })}\n`);
    const text = existsSync(summary) ? readFileSync(summary, "utf8") : "";
    if (text !== "") appendFileSync(join(record, `summary-${job}.md`), text);
  });
  const imported = await import(module);
  if (call) await imported[call]();
}

/** On a busy machine act loses what a step prints right before it ends, which is mostly its error. */
function noteAnnotations(file) {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (text, ...rest) => {
    if (/^::(error|warning|notice)/.test(text)) appendFileSync(file, text);
    return write(text, ...rest);
  };
}
