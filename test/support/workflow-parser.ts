/** GitHub's own parser of workflows. */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

// It imports JSON as bundlers let it, and Node does not.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context),
});

/** What GitHub would say about a workflow before it runs it; empty when it would run it. */
export async function parserErrors(file: string): Promise<string[]> {
  const { NoOperationTraceWriter, parseWorkflow } = await import("@actions/workflow-parser");
  const { context } = parseWorkflow(
    { name: file, content: readFileSync(file, "utf8") },
    new NoOperationTraceWriter(),
  );
  return context.errors.getErrors().map(({ message }) => message);
}
