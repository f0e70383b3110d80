import type { Rule, Unchecked } from "../../model.ts";
import { literalSecretInGit } from "./literal-secret-in-git.ts";
import { wellKnownSecret } from "./well-known-secret.ts";

/** Secrets in files. */
export const SECRETS_RULES: readonly Rule[] = [wellKnownSecret, literalSecretInGit];

/** Traps of this kind that have no rule of their own. */
export const SECRETS_UNCHECKED: readonly Unchecked[] = [];
