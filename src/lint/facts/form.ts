import type { Pattern, ValueRule } from "../../catalogue/model.ts";
import type { Entry, Hit, LintRelease } from "../model.ts";
import { writes } from "./entry-at.ts";
import { isInert } from "./inert.ts";

/** Takes off a text what does not belong there; placeholders in it stay as they are. */
type Repair = (text: string) => string;

/**
 * Hits for every value whose rule has one of these patterns and whose text does not match it.
 * @param repair offered as a fix where the repaired text does match
 */
export function* formHits(
  release: LintRelease,
  accepts: (pattern: Pattern) => boolean,
  repair?: Repair,
): Generator<Hit> {
  for (const entry of release.entries) {
    const { path, rule, text, leftover, at } = entry;
    const key = rule?.keyPattern && accepts(rule.keyPattern) ? rule.keyPattern : undefined;
    const value = rule?.pattern && accepts(rule.pattern) && !rule.secret ? rule.pattern : undefined;
    if (!rule || !(key || value) || leftover || isInert(release, path)) continue;
    const name = String(path.at(-1));
    if (key && !key.expression.test(name))
      yield { message: `\`${name}\` is not ${key.expected}`, at: at("key") };
    if (!value || text === undefined || text === "" || value.expression.test(text)) continue;
    yield formHit(rule, text, entry, repair);
  }
}

function formHit(rule: ValueRule, text: string, entry: Entry, repair: Repair = (same) => same): Hit {
  const written = String(entry.value);
  // What a placeholder stands for is worth showing: it is not on the line.
  const found = written === text ? `\`${text}\`` : `\`${written}\` (here \`${text}\`)`;
  const [better, betterText] = [repair(written), repair(text)];
  // What is wrong must stand here, not in the placeholder.
  const isHere = better !== written && written.length - better.length === text.length - betterText.length;
  const isRepaired = isHere && rule.pattern?.expression.test(betterText) === true;
  return {
    message: `${found} is not ${rule.pattern?.expected}`,
    at: entry.at(),
    ...(isRepaired ? { fix: writes(entry, better, `write \`${better}\``) } : {}),
  };
}

/** A host without what makes it a URL: scheme, slash at the end, dot at the start. */
export function bareHost(text: string): string {
  return withoutSlash(text.replace(/^[a-z]+:\/\//, "")).replace(/^\.+/, "");
}

/** A URL without slashes at its end. */
export function withoutSlash(text: string): string {
  return text.replace(/\/+$/, "");
}
