import { createHmac, createSecretKey, type KeyObject, scrypt } from "node:crypto";
import { promisify } from "node:util";
import type { Tag } from "./model.ts";

/** A tag with the key it is made with. */
export type KeyedTag = Tag & { readonly key: KeyObject };

/** About 40 ms, once a run: guessing the secrets behind a key costs as much, and 16 MiB, for every guess. */
const COST = { N: 2 ** 14, r: 8, p: 1, maxmem: 2 ** 25 };
const KEY_BYTES = 32;
const TAG_DIGITS = 8;

/**
 * Tags under a key made of the environment's secrets: the same from run to run while the secrets stay, and of no use
 * to those who do not have them. One strong secret protects all; an environment without any has a key that can be
 * made from its name, and a weak text behind a tag could be guessed.
 * @param secrets value of each secret by its name; those without a value are left out
 * @param environment its name, so that equal secrets of two environments have different tags
 */
export async function makeTag(secrets: ReadonlyMap<string, string>, environment: string): Promise<KeyedTag> {
  const derive = promisify<string, string, number, object, Buffer>(scrypt);
  const password = canonicalJson(Object.fromEntries(secrets));
  // A KeyObject never shows its bytes when it is printed.
  const key = createSecretKey(await derive(password, `clearml-actions ${environment}`, KEY_BYTES, COST));
  const tag: Tag = (secret) => keyed(key, "tag", secret).slice(0, TAG_DIGITS);
  return Object.assign(tag, { key });
}

/** Digest of values; whoever has no key can neither make one nor test a guess. */
export function valuesDigest(values: Readonly<Record<string, unknown>>, key: KeyObject): string {
  return `hmac-sha256:${keyed(key, "values", canonicalJson(values))}`;
}

/** JSON that is the same for the same data: keys in order, what is undefined left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

/** `purpose` keeps a tag from being part of a digest. */
function keyed(key: KeyObject, purpose: "tag" | "values", text: string): string {
  return createHmac("sha256", key).update(`${purpose}\0${text}`).digest("hex");
}
