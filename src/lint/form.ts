import type { Pattern, ValueRule } from "../catalogue/model.ts";
import { isInert } from "./inert.ts";
import type { Hit, LintRelease } from "./model.ts";

/** Hits for every value whose rule has one of these patterns and whose text does not match it. */
export function* formHits(release: LintRelease, accepts: (pattern: Pattern) => boolean): Generator<Hit> {
  for (const { path, rule, text, leftover, value, at } of release.entries) {
    if (!rule || leftover || isInert(release, path)) continue;
    const key = String(path.at(-1));
    if (rule.keyPattern && accepts(rule.keyPattern) && !rule.keyPattern.expression.test(key)) {
      yield { message: `\`${key}\` is not ${rule.keyPattern.expected}`, at: at("key") };
    }
    if (!rule.pattern || !accepts(rule.pattern) || rule.secret || text === undefined || text === "") continue;
    if (!rule.pattern.expression.test(text)) yield formHit(rule, text, value, at());
  }
}

function formHit(rule: ValueRule, text: string, written: unknown, at: Hit["at"]): Hit {
  // What a placeholder stands for is worth showing: it is not on the line.
  const found = written === text ? `\`${text}\`` : `\`${String(written)}\` (here \`${text}\`)`;
  return { message: `${found} is not ${rule.pattern?.expected}`, at };
}
