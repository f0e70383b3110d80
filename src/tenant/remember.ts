import { errorMessage, UserError } from "../core/errors.ts";
import { putByHand } from "./by-hand.ts";
import type { TenantMemory, TenantRecord } from "./model.ts";

/**
 * Saves an id right after its object was made; when that fails, at least the message has it.
 * @throws UserError (kind cluster)
 */
export async function remember(
  memory: TenantMemory,
  record: TenantRecord,
  made: { what: string; id: string },
): Promise<void> {
  try {
    await memory.save(record);
  } catch (thrown) {
    throw new UserError(
      {
        message: `${made.what} was created with id ${made.id}, but the id could not be saved: ${errorMessage(thrown)}`,
        hint: `repair the access to the cluster and ${putByHand(memory, record)}`,
      },
      { kind: "cluster", cause: thrown },
    );
  }
}
