import { type Problem, UserError } from "../core/errors.ts";
import { nearestHint } from "../yaml/nearest.ts";
import type { SmokeCheck, SmokeGroup } from "./model.ts";

const GROUPS: readonly SmokeGroup[] = ["outside", "inside", "end-to-end"];

/**
 * The checks of a run, in their own order.
 * @param wanted names and groups; `-` before one leaves it out; none means all but those of the end-to-end test
 * @param endToEnd whether that test is wanted as well
 * @throws UserError for a name that no check has, or when nothing is left
 */
export function selectChecks(
  all: readonly SmokeCheck[],
  wanted: readonly string[],
  endToEnd: boolean,
): SmokeCheck[] {
  const problems = wanted.flatMap((each) => problemOf(each, all) ?? []);
  if (problems.length > 0) throw new UserError(problems);
  const isMeant = (check: SmokeCheck, words: readonly string[]) =>
    words.includes(check.name) || words.includes(check.group);
  const taken = wanted.filter((each) => !each.startsWith("-"));
  const left = wanted.filter((each) => each.startsWith("-")).map((each) => each.slice(1));
  const usual = [...(endToEnd ? GROUPS : GROUPS.slice(0, 2))];
  const words = taken.length > 0 ? [...taken, ...(endToEnd ? ["end-to-end"] : [])] : usual;
  const selected = all.filter((check) => isMeant(check, words) && !isMeant(check, left));
  // What cleans up after others runs wherever they do.
  const isNeeded = ({ group, lastly }: SmokeCheck) => lastly && selected.some((each) => each.group === group);
  if (selected.length > 0) return all.filter((check) => selected.includes(check) || isNeeded(check));
  throw new UserError({ message: "input `checks` leaves no check", hint: `there are ${namesOf(all)}` });
}

function problemOf(word: string, all: readonly SmokeCheck[]): Problem | undefined {
  const name = word.replace(/^-/, "");
  const known = [...GROUPS, ...all.map((check) => check.name)];
  if (known.includes(name)) return undefined;
  return {
    message: `input \`checks\`: there is no check \`${name}\``,
    hint: nearestHint(name, known, `there are ${namesOf(all)}, and the groups ${GROUPS.join(", ")}`),
  };
}

function namesOf(all: readonly SmokeCheck[]): string {
  return all.map(({ name }) => name).join(", ");
}
