import { type SecretUse, secretUses } from "../../facts/secret-uses.ts";
import { isPublished, literalSecrets } from "../../facts/secrets.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

/** Fewer characters, or fewer kinds of them, are soon guessed. */
const SHORTEST = 16;
const FEWEST_KINDS = 6;

/** Given by the registry or the Git server, or a whole address: not ours to judge, and one for several is fine. */
const GIVEN = /imageCredentials\.|gitAgent|ConnectionString/;

export const weakSecret: Rule = {
  id: "L57",
  slug: "weak-secret",
  severity: "warning",
  about: "One secret serves two purposes, is the key it belongs to, or is short enough to guess.",
  why: "Whoever learns a secret used twice can do both things it is for, and neither can be changed alone. A key that is its own secret is no secret at all, and a short one is found by trying. Make one for each purpose, for example with `openssl rand -hex 16`.",
  *check(release) {
    yield* reused(release);
    for (const { entry, text, name } of literalSecrets(release)) {
      if (GIVEN.test(name) || isPublished(text, true) || !isWeak(text)) continue;
      yield {
        message: `the secret in \`${name}\` is easy to guess`,
        hint: `make one of ${SHORTEST} characters or more, for example with \`openssl rand -hex 16\``,
        at: entry.at(),
      };
    }
  },
};

function* reused(release: LintRelease): Generator<Hit> {
  const first = new Map<string, SecretUse>();
  for (const use of secretUses(release)) {
    if (GIVEN.test(use.name)) continue;
    const earlier = first.get(use.identity);
    if (!earlier) first.set(use.identity, use);
    else if (purposeOf(earlier) !== purposeOf(use))
      yield {
        message: `\`${use.name}\` is the same secret as \`${earlier.name}\``,
        hint: "make a secret of its own for each",
        at: use.entry.at(),
        related: [{ at: earlier.entry.at(), message: `also \`${earlier.name}\`` }],
      };
  }
}

/** A later file may repeat a key, and variables that set one setting differ by case. */
function purposeOf({ name }: SecretUse): string {
  return name.toLowerCase();
}

function isWeak(text: string): boolean {
  return text.length < SHORTEST || new Set(text).size < FEWEST_KINDS;
}
