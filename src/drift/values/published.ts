import type { ComponentUse } from "../../environment/model.ts";
import { fileRelease } from "../../lint/release.ts";
import { publishedSecret } from "../../lint/rules/secrets/published-secret.ts";
import { wellKnownSecret } from "../../lint/rules/secrets/well-known-secret.ts";
import { type Values, valueAt } from "../../overrides/values.ts";
import { type Path, unreadableSource, type YamlSource } from "../../yaml/source.ts";

/** A published credential in values. */
export interface PublishedCredential {
  path: Path;
  value: unknown;
  /** One sentence, without the credential. */
  message: string;
}

/** Where old charts had their credentials: that the key is there says nothing, what stands there is said by itself. */
const OLD_PLACE = JSON.stringify(["secret", "credentials"]);

/** The credentials among values that everybody knows, because guides and old charts print them. */
export function publishedCredentials(
  { definition }: Pick<ComponentUse, "definition">,
  values: Values,
): PublishedCredential[] {
  const release = fileRelease(definition, sourceOf(values));
  const hits = [wellKnownSecret, publishedSecret].flatMap((rule) => [...(rule.check?.(release) ?? [])]);
  return hits
    .filter(({ at }) => at.file !== OLD_PLACE)
    .map(({ at, message }) => {
      const path = JSON.parse(at.file) as Path;
      return { path, value: valueAt(values, path), message };
    });
}

/** Values that stand in no file: a place is their path. */
function sourceOf(values: Values): YamlSource {
  return {
    ...unreadableSource("", ""),
    value: values,
    problems: [],
    locate: (path) => ({ file: JSON.stringify(path), line: 1, column: 1 }),
  };
}
