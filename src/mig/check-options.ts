import { UserError } from "../core/errors.ts";
import type { MigOptions } from "./options.ts";

/**
 * Refuses inputs that do not go together.
 * @throws UserError with the repair
 */
export function checkOptions({ drain, reboot, transport }: MigOptions): void {
  if (reboot === "never") return;
  if (!drain) {
    throw new UserError({
      message: "input `reboot: allow` needs `drain: true`: a reboot ends every pod of a node",
      hint: "set `drain: true`, which moves them away first and keeps to their disruption budgets",
    });
  }
  if (transport === "local") throw rebootsItself();
}

/** The error for a run that would reboot the machine it runs on. */
export function rebootsItself(): UserError {
  return new UserError({
    message: "input `reboot: allow` cannot be used on the GPU machine itself: the reboot would end this run",
    hint: "run it on another machine with `transport: exec`, or leave `reboot` out and reboot the machine yourself",
  });
}
