import { isPublished, literalSecrets } from "../../facts/secrets.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const wellKnownSecret: Rule = {
  id: "L55",
  slug: "well-known-secret",
  severity: "error",
  about: "A credential that is printed in guides or default values: everybody knows it.",
  why: "Guides and the public charts print keys and passwords as examples, and servers are found on the internet that still have them. Make a new one, for example with `openssl rand -hex 16`, and name it as a secret. For a server that ran with it, change it everywhere it is used at once.",
  *check(release) {
    const secrets = [...literalSecrets(release)];
    const places = new Set(secrets.map(({ entry }) => entry));
    for (const { entry, text, name } of secrets) {
      if (isPublished(text, true)) yield hit(release, `\`${name}\``, entry.at());
    }
    for (const entry of release.entries) {
      if (typeof entry.value !== "string" || places.has(entry)) continue;
      if (isPublished(entry.value, false)) yield hit(release, `\`${entry.path.join(".")}\``, entry.at());
      else if (passwordsIn(entry.value).some((each) => isPublished(each, true)))
        yield hit(release, `a password in \`${entry.path.join(".")}\``, entry.at());
    }
  },
};

/** Passwords in the text of a configuration file. */
function passwordsIn(text: string): string[] {
  if (!text.includes("\n")) return [];
  return [...text.matchAll(/\bpassword"?\s*[:=]\s*"([^"\n]*)"/g)].map((match) => match[1] ?? "");
}

function hit(release: LintRelease, what: string, at: Hit["at"]): Hit {
  return {
    message: `${what} is a published credential`,
    hint: "make a new one, and name it as a secret: `${NAME}`",
    // A chart's own default values hold them; harmless until somebody deploys them.
    ...(release.environment ? {} : { severity: "warning" as const }),
    at,
  };
}
