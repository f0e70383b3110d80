import type { z } from "zod";
import type { Context } from "./context.ts";
import type { TokenRight } from "./token-rights.ts";

/** A command line that people begin with. */
export interface CommandExample {
  /** What it does, as a heading. */
  does: string;
  /** Inputs by name; a list is the flag repeated, `true` the bare flag. */
  inputs: Readonly<Record<string, string | readonly string[] | true>>;
}

/** Everything there is to say about one action. action.yml and its README are generated from it. */
export interface ActionDefinition<
  I extends z.ZodObject = z.ZodObject,
  O extends z.ZodObject = z.ZodObject,
  S extends z.ZodType = z.ZodType,
> {
  /** Kebab-case; also the folder below `actions/` and `dist/`. */
  name: string;
  /** One sentence for the marketplace and the README. */
  description: string;
  inputs: I;
  outputs: O;
  /** All that its jobs need of the GitHub token. */
  permissions: readonly TokenRight[];
  /** For the help of the command line. */
  examples: readonly CommandExample[];
  /** Shape of what `run` hands to `post`. No secrets. */
  state?: S;
  /**
   * The action itself. It fills `outputs` as it learns them, so that they are set even when it fails later, and
   * returns what `post` needs. What it works with it imports when it is called: to read the code of all actions is
   * most of what one takes to start.
   */
  run(inputs: z.output<I>, context: Context, outputs: Partial<z.output<O>>): Promise<z.output<S> | undefined>;
  /** Cleans up after the job. It may warn, but never fails the job. */
  post?(state: z.output<S>, context: Context): Promise<void>;
}
