import { END_TO_END } from "./end-to-end/index.ts";
import { INSIDE } from "./inside/index.ts";
import type { SmokeCheck } from "./model.ts";
import { OUTSIDE } from "./outside/index.ts";

/** Every check, in the order of reports. */
export const CHECKS: readonly SmokeCheck[] = [...OUTSIDE, ...INSIDE, ...END_TO_END];
