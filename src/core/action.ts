import type { z } from "zod";
import type { ActionDefinition } from "./definition.ts";
import { githubHost } from "./github-host.ts";
import { runAction } from "./run.ts";

/** A callable action: the stub in `dist/<name>/index.js` calls it, tests and docs read its definition. */
export interface Action {
  (): Promise<void>;
  readonly definition: ActionDefinition;
}

/** Makes an action out of its definition. Nothing runs before the action is called. */
export function action<I extends z.ZodObject, O extends z.ZodObject, S extends z.ZodType>(
  definition: ActionDefinition<I, O, S>,
): Action {
  const erased = definition as unknown as ActionDefinition;
  return Object.assign(() => runAction(erased, githubHost()), { definition: erased });
}
