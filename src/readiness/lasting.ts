import type { Diagnosis, Finding, Lasting } from "./model.ts";

/** Milliseconds that a state must have lasted before it counts as hopeless. */
export type Graces = Readonly<Record<Lasting, number>>;

/**
 * - `certain` 5 s: the registry says there is no such image, the Job has failed, the object is gone.
 * - `missing` 15 s: a Secret, a ConfigMap or a storage class is not there; an operator may be about to make it.
 * - `image` 60 s: an image cannot be pulled for a reason that may pass (network, rate limit).
 * - `unschedulable` 15 s: no node has what the pod asks for; an autoscaler has time to say that one is coming.
 * - `refused` 15 s: a policy refuses the pods.
 * - `quota` 60 s: a quota is used up, perhaps by pods that are on their way out.
 * - `crash` a quarter of the timeout, at most 2 min: a container with three restarts; it may need what is still
 *   coming up.
 * - `deadline` the same, counted from the start of the wait: a Deployment that was given up on may have recovered.
 */
export function defaultGraces(timeoutMs: number): Graces {
  const crash = Math.min(timeoutMs / 4, 120_000);
  return {
    certain: 5_000,
    missing: 15_000,
    image: 60_000,
    unschedulable: 15_000,
    refused: 15_000,
    quota: 60_000,
    crash,
    deadline: crash,
  };
}

/** Remembers since when findings have stood. */
export interface Memory {
  /** Takes what is the case now; what is no longer is forgotten. */
  note(diagnoses: readonly Diagnosis[], now: number): void;
  /** Whether a finding has lasted for its grace. */
  isHopeless(finding: Finding, now: number): boolean;
}

export function createMemory(graces: Graces, start: number): Memory {
  let since = new Map<string, number>();
  return {
    note(diagnoses, now) {
      const keys = diagnoses.flatMap(({ findings }) => findings.map(({ key }) => key));
      since = new Map(keys.map((key) => [key, since.get(key) ?? now]));
    },
    isHopeless({ key, lasting }, now) {
      if (!lasting) return false;
      const from = lasting === "deadline" ? start : (since.get(key) ?? now);
      return now - from >= graces[lasting];
    },
  };
}
