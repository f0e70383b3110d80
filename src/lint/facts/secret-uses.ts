import { createHash } from "node:crypto";
import { findPlaceholders, LATE_NAMES } from "../../overrides/placeholders.ts";
import type { Entry, LintRelease } from "../model.ts";
import { isInert } from "./inert.ts";
import { secretPlaces } from "./secrets.ts";

/** A place where a secret belongs and something stands that can be compared with other places. */
export interface SecretUse {
  release: LintRelease;
  entry: Entry;
  /** The key or the variable. */
  name: string;
  /** Equal for equal secrets: a digest, or the name of the secret. Never the secret itself. */
  identity: string;
}

const USES = new WeakMap<LintRelease, readonly SecretUse[]>();

/** Every secret of a release whose value or name the files tell. */
export function secretUses(release: LintRelease): readonly SecretUse[] {
  const known = USES.get(release);
  if (known) return known;
  const found = [...findUses(release)];
  USES.set(release, found);
  return found;
}

function* findUses(release: LintRelease): Generator<SecretUse> {
  for (const { entry, name } of secretPlaces(release)) yield* useOf(release, entry, name);
}

function* useOf(release: LintRelease, entry: Entry, name: string): Generator<SecretUse> {
  const { value, leftover, path } = entry;
  if (typeof value !== "string" || leftover || isInert(release, path)) return;
  const text = withoutQuotes(entry.text ?? value);
  if (text === "" || text === "-") return;
  const isKnown = entry.text !== undefined;
  yield { release, entry, name, identity: isKnown ? digestOf(text) : nameOf(text, release.tenant) };
}

/** HOCON takes a text in quotes of its own. */
function withoutQuotes(text: string): string {
  return /^"(.*)"$/s.exec(text.trim())?.[1] ?? text.trim();
}

function digestOf(text: string): string {
  return `text ${createHash("sha256").update(text).digest("hex")}`;
}

/** What a name stands for differs by tenant where the deployment makes it for each, and where it is a part only. */
function nameOf(text: string, tenant: string | undefined): string {
  const [only] = findPlaceholders(text);
  const isWhole = only && text === `\${${only.name}}`;
  const isShared = isWhole && (!LATE.has(only.name) || !only.name.startsWith("TENANT_"));
  return `name ${isWhole ? only.name : text}${isShared ? "" : ` of ${tenant}`}`;
}

const LATE = new Set<string>(LATE_NAMES);

/** Whether two identities prove that the secrets differ: two names may stand for one secret. */
export function isCertain(a: SecretUse, b: SecretUse): boolean {
  return a.identity.startsWith("text ") && b.identity.startsWith("text ");
}

/** The use at a path of keys, or of a variable; undefined when the files do not tell. */
export function secretUseAt(release: LintRelease, name: string): SecretUse | undefined {
  return secretUses(release).findLast((use) => use.name === name);
}
