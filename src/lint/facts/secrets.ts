import { createHash } from "node:crypto";
import { isSecretVariable } from "../../catalogue/environment-variables.ts";
import { MONGO_URI } from "../../catalogue/patterns.ts";
import { findPlaceholders } from "../../overrides/placeholders.ts";
import type { Entry, LintRelease } from "../model.ts";

/** A secret that stands in a file as it is. */
export interface LiteralSecret {
  entry: Entry;
  text: string;
  /** The key or the variable it belongs to. */
  name: string;
}

/** Every literal text where a secret belongs, without secrets by name and without what a guide left over. */
export function* literalSecrets(release: LintRelease): Generator<LiteralSecret> {
  for (const { entry, name, isVariable } of secretPlaces(release)) {
    const text = literalOf(entry);
    if (text !== undefined) yield { entry, text: isVariable ? withoutQuotes(text) : text, name };
  }
}

/** Where a secret belongs: a key of the chart, or a variable. */
export interface SecretPlace {
  entry: Entry;
  /** The key or the variable. */
  name: string;
  isVariable: boolean;
}

/** Every place of a release's values where a secret belongs, whatever stands there. */
export function* secretPlaces(release: LintRelease): Generator<SecretPlace> {
  for (const entry of release.entries) {
    if (entry.rule?.secret) yield { entry, name: entry.path.join("."), isVariable: false };
  }
  for (const { name, value } of release.variables) {
    if (value && isSecretVariable(name)) yield { entry: value, name, isVariable: true };
  }
}

/** `user:password@` of a URI; without it the address of a database is no secret. */
const URI_PASSWORD = /\/\/[^/@]*:[^/@]+@/;

/** The text as it is deployed; a variable of the environment is as readable as the file that uses it. */
function literalOf({ value, text, leftover, rule }: Entry): string | undefined {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string" || leftover) return undefined;
  const known = text ?? (findPlaceholders(value).length === 0 ? value : undefined);
  if (known === undefined || known.trim() === "" || known === "-") return undefined;
  return rule?.pattern === MONGO_URI && !URI_PASSWORD.test(known) ? undefined : known;
}

function withoutQuotes(text: string): string {
  return /^"(.*)"$/s.exec(text.trim())?.[1] ?? text;
}

/** Published credentials, as SHA-256 so that scanners for secrets stay quiet about this file. */
const LONG = new Set([
  "0941f706432520ed8cc56666fe011450e6fb0c1d06174fc139658ebfce1cda6f",
  "0c3b1dd110371938f488eb28f8119e640ed48b276d351dce4f86edd3b9e14cdc",
  "1bbf712212f9e0526200ba848cabb04f98c03b88bb1333fe493f4dbe15266f93",
  "243dc384849c2f27b1e4edd40a2e5f54e107c0cdd35f75e0189db26cc47a84b6",
  "397d5a1d9bc2b9202cc9c88fe409e9a86e4225e16596e6d8d19bf28d246515c4",
  "4dd30d95c3c0e75a39b13a9bf46c157e59bb744183c7f92ffc2b752d0897df26",
  "5b5bdac1a0d4cf22022368baa10c1bac2818e80074b149cafbba2be8f8b312b9",
  "6c511f30e384ffd2e95c74aa0bdef875810bdb6876eba4b4638b9d573fc7cb33",
  "6d912cadc4bd2bee7ca85c4a40f221fce2329e198330979594ffb47a31604942",
  "6dc2c90c67ba9de1101f232028b0455c17db5e8d232bc06b634e964a5f86ffbe",
  "7592e6bd0608663b43c8d1359b3f702e6edcc3cc479181ee8b0b12ffae5f2a6e",
  "89b8b5c204a2c92f9d32dd98e14cd2afafcd6e3592aa67fe934d87aebfdb7c05",
  "8a53dd3175bce420723507551193fa54b3d686596d154e6a4b94cf42304e93cf",
  "9ef7fe0e43b259b5519ed459bfaf9ac0a8a3fdce9f3b6dfbd01663a644d139bc",
  "9f2d9a23e879246b73518ee43ec7fc62ba3d6096e4994cee6c086b91458899e7",
  "af10c6e7c0eaa8ed400dd333fac957c930e62b5c1e81d132f4ec184b699c59c3",
  "b205690e53a48ed09cf815592e89007d6333beb9c46f3bc2f5d7267e303e5aa4",
  "bb55d797ea11023532edda06ff5b6cc923e66e0567ce0812270c3ca1e396b6a8",
  "be6ae474733128c18bb70dc6ea9f1ebf668e6132afeb0f623bdec3975faa8cef",
  "c8102eba105010b19cac3ca2872357e39c445b383ee4bb1e68879053541c706f",
  "ed7448fdb787caaf8caef0187413f67bdab058c0117c793ea041bebe3eec20c0",
  "f925bc83644659535cbbbc4d872e9adb0da23b2a83c815c85bff52ebb2c96fcc",
  "fe500dbcde32ccfd7c9f5e8a389ac5f5783726d554785c04ef479b7d66c8f3d1",
]);

/** Published words too short to mean anything outside the place of a secret. */
const SHORT = new Set([
  "0133e44494934383a7f2c0006be87e0fd636a707ee68f97f4f6440ac3a24173d",
  "057ba03d6c44104863dc7361fe4578965d1887360f90a0895882e58a6248fc86",
  "2a59d59e3809f827ce709d3815e3950eef4a6a93af5557a93a7fdfba71460843",
  "42112e20e80d5c7d57505882ae194d5b4c333d638d56f29718073f0c1bfdc8dd",
  "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
  "6c23f336961349ccd95de327f84cc697b4388b30d22529bc9a6ad661fe85fb72",
  "a1159e9df3670d549d04524532629f5477ceb7deec9b45e47e8c009506ecb2c8",
  "b8ba17505dabb1dba5eb7a7fc32ae76e38cb07b7b0f63bd94c08fb94d8897b22",
  "c6cce5e60e2d8985ce85760c4d5563c63cee40533dc201f62dd4a7712485facd",
  "f6e248ea994f3e342f61141b8b8e3ede86d4de53257abc8d06ae07a1da73fb39",
  "fd22c832253994588b3a44fcd2c95fb7a2efb8113f0042daddc159e93ba24162",
]);

/** Whether a text is a credential that was published; short ones only count where a secret belongs. */
export function isPublished(text: string, atSecret: boolean): boolean {
  if (text.length < 3 || text.length > 100) return false;
  const hash = createHash("sha256").update(text).digest("hex");
  return LONG.has(hash) || (atSecret && SHORT.has(hash));
}
