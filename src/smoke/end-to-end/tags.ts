/** Every task of a smoke test has it. */
export const SMOKE_TAG = "clearml-actions-smoke";

const UNTIL = `${SMOKE_TAG}-until-`;

/** Runners' clocks differ; a test is taken for dead this long after its time was up. */
const SKEW_MS = 60_000;

export interface SmokeTags {
  /** This test's alone. */
  own: string;
  all: readonly string[];
}

/**
 * Tags by which a task is found again when nobody knows its id any more.
 * @param id what tells this test from others
 * @param deadline when the test ends at the latest, in milliseconds since 1970
 */
export function smokeTags(id: string, deadline: number): SmokeTags {
  const own = `${SMOKE_TAG}-${id}`;
  return { own, all: [SMOKE_TAG, own, `${UNTIL}${Math.ceil(deadline / 1000)}`] };
}

/** Whether the test that made a task with these tags must have died; nobody knows when its deadline is not told. */
export function isLeftOver(tags: readonly string[], now: number): boolean {
  if (!tags.includes(SMOKE_TAG)) return false;
  const until = tags.find((tag) => tag.startsWith(UNTIL))?.slice(UNTIL.length) ?? "";
  return /^\d+$/.test(until) && Number(until) * 1000 + SKEW_MS < now;
}
