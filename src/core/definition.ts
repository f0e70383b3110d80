import type { z } from "zod";
import type { Context } from "./context.ts";

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
  /** Shape of what `run` hands to `post`. No secrets. */
  state?: S;
  /**
   * The action itself. It fills `outputs` as it learns them, so that they are set even when it fails later, and
   * returns what `post` needs.
   */
  run(inputs: z.output<I>, context: Context, outputs: Partial<z.output<O>>): Promise<z.output<S> | undefined>;
  /** Cleans up after the job. It may warn, but never fails the job. */
  post?(state: z.output<S>, context: Context): Promise<void>;
}
