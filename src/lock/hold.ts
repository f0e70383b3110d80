import type { Context } from "../core/context.ts";
import { errorMessage, UserError } from "../core/errors.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { RefusedError } from "../kubernetes/refusals.ts";
import type { Holder } from "./holder.ts";
import {
  isHeldBy,
  leasePath,
  type Notes,
  readLease,
  releasedLease,
  renewedLease,
  type Unfinished,
} from "./lease.ts";

const RENEW_MS = 10_000;
const RETRY_MS = 2_000;
/** Shorter than the lease: who lost it has stopped before the next one starts. */
export const LOST_AFTER_MS = 25_000;
const RELEASE_TRIES = 3;

/** Keeps a lease that was taken, until it is given back or lost. */
export interface Hold {
  readonly lost: AbortSignal;
  /** Gives the lease back; `unfinished` and notes stay for whoever comes next. Never throws. */
  release(left?: { unfinished?: Unfinished | undefined; notes?: Notes | undefined }): Promise<void>;
}

interface Parts {
  context: Pick<Context, "log">;
  kubernetes: Pick<Kubernetes, "get" | "replace">;
  me: Holder;
  /** For messages: "environment `production`". */
  what: string;
}

/** Renews a lease in the background. The timers keep no process up. */
export function holdLease(parts: Parts, taken: KubernetesObject): Hold {
  const { kubernetes, me, what } = parts;
  const path = leasePath(taken.metadata.name);
  const lost = new AbortController();
  let held = taken;
  let ended = false;
  let beat: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;
  const end = () => {
    ended = true;
    clearTimeout(beat);
    clearTimeout(deadline);
  };
  const lose = (reason: string) => {
    if (ended) return;
    end();
    const hint = "what had begun is stopped; look what holds the lock now, then run this again";
    lost.abort(new UserError({ message: `the lock of ${what} is lost: ${reason}`, hint }, { kind: "busy" }));
  };
  const next = (milliseconds: number) => {
    if (!ended) beat = setTimeout(() => void renew(), milliseconds).unref();
  };
  const renewed = () => {
    if (ended) return;
    clearTimeout(deadline);
    const seconds = LOST_AFTER_MS / 1000;
    const words = `it could not be renewed for ${seconds} s`;
    deadline = setTimeout(() => lose(words), LOST_AFTER_MS).unref();
    next(RENEW_MS);
  };
  const renew = async () => {
    try {
      held = await kubernetes.replace(path, renewedLease(held, new Date()));
      renewed();
    } catch (thrown) {
      const found = isGone(thrown) ? await kubernetes.get(path).catch(() => held) : held;
      if (found && (found === held || isHeldBy(readLease(found), me))) {
        // Somebody has touched it, or the cluster does not answer: once more, with what is there now.
        held = found;
        next(RETRY_MS);
      } else lose(takenBy(found));
    }
  };
  renewed();
  return {
    lost: lost.signal,
    async release(left = {}) {
      if (ended) return;
      end();
      await giveBack(parts, path, held, left);
    },
  };
}

async function giveBack(
  { context, kubernetes, me, what }: Parts,
  path: string,
  taken: KubernetesObject,
  left: NonNullable<Parameters<Hold["release"]>[0]>,
): Promise<void> {
  let held: KubernetesObject | undefined = taken;
  try {
    for (let tried = 1; held; tried++) {
      try {
        await kubernetes.replace(path, releasedLease(held, new Date(), left));
        return;
      } catch (thrown) {
        if (!isGone(thrown) || tried === RELEASE_TRIES) throw thrown;
        const found: KubernetesObject | undefined = await kubernetes.get(path);
        held = found && isHeldBy(readLease(found), me) ? found : undefined;
      }
    }
  } catch (thrown) {
    context.log.info(`the lock of ${what} was not given back, it ends by itself: ${errorMessage(thrown)}`);
  }
}

/** Whether the lease is not what we have written, or not there. */
function isGone(thrown: unknown): boolean {
  return thrown instanceof RefusedError && (thrown.status === 409 || thrown.status === 404);
}

function takenBy(found: KubernetesObject | undefined): string {
  if (!found) return "its Lease was deleted";
  const { holder } = readLease(found);
  return holder ? `${holder.identity} has taken it` : "somebody has cleared it";
}
