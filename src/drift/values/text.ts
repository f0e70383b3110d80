import type { ComponentUse } from "../../environment/model.ts";
import { looksRandom, soundsSecret } from "../../lint/facts/secret-names.ts";
import type { Values } from "../../overrides/values.ts";
import { masked } from "../../plan/diff.ts";
import { makeRedactor, type Redactor, secretTexts, tagged, unquoted } from "../../plan/redact.ts";
import type { Scan } from "../model.ts";
import { placedSecrets } from "./placed-secrets.ts";

const LONGEST = 200;

/** How the values of one release are shown. */
export interface ValuesText {
  /** A value as short JSON; undefined for none. */
  show(value: unknown, path: string): string | undefined;
  /** A text of people or of Helm. */
  redact: Redactor;
}

/** A release whose values are shown. */
interface ShownRelease {
  use: ComponentUse;
  deployed: Values;
  desired?: Values | undefined;
}

type TextScan = Pick<Scan, "tag" | "secrets" | "environment">;

/**
 * Texts of a release without secrets: those of the files, of what the cluster keeps, what is deployed where the files
 * have a secret, and what looks like one in any of the values.
 */
export function valuesText(scan: TextScan, release: ShownRelease): ValuesText {
  // Of most releases nothing is shown.
  let made: ValuesText | undefined;
  const text = () => {
    made ??= makeText(scan, release);
    return made;
  };
  return { show: (value, path) => text().show(value, path), redact: (each) => text().redact(each) };
}

function makeText(
  { tag, secrets, environment }: TextScan,
  { use, deployed, desired }: ShownRelease,
): ValuesText {
  const { definition } = use;
  const values = desired ? [deployed, desired] : [deployed];
  const placed = placedSecrets({ environment }, use, deployed);
  const redact = makeRedactor(tag, {
    secrets: new Map([...secrets, ...[...placed].map((text, index) => [`${index} placed`, text] as const)]),
    values,
    definition,
  });
  const known = new Set([
    ...secrets.values(),
    ...placed,
    ...values.flatMap((each) => [...secretTexts(each, definition)]),
  ]);
  const isSecret = (value: unknown, path: string) =>
    known.has(unquoted(String(value))) ||
    (typeof value === "string" && (isSecretPlace(path) || looksRandom(unquoted(value))));
  return {
    show(value, path) {
      if (value === undefined) return undefined;
      if (typeof value !== "object" && !isUnknown(value) && isSecret(value, path))
        return tagged(unquoted(String(value)), tag);
      const { of } = masked({ of: value }, tag, redact) as Values;
      return bounded(JSON.stringify(of));
    },
    redact: (text) => bounded(redact(text)),
  };
}

/** Whether the key at the end of a path says that a secret stands there, or the name of the variable. */
function isSecretPlace(path: string): boolean {
  const [, variable = "", key = ""] = /(?:\[([^\]]*)\])?\.?([\w-]*)"?\]?$/.exec(path) ?? [];
  return soundsSecret(key) || soundsSecret(variable);
}

/** What stands for a secret that was not given, or for nothing. */
function isUnknown(value: unknown): boolean {
  return value === "" || (typeof value === "string" && /^\$\{\w+\}$/.test(value));
}

function bounded(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
