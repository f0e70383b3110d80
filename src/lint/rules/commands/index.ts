import type { Rule, Unchecked } from "../../model.ts";
import { appAccessValue } from "./app-access-value.ts";
import { appsCliGeneration } from "./apps-cli-generation.ts";
import { doubleBackslashContinuation } from "./double-backslash-continuation.ts";
import { headerPair } from "./header-pair.ts";
import { randomSecretPerRender } from "./random-secret-per-render.ts";
import { tokenOnCommandLine } from "./token-on-command-line.ts";
import { valuesFileMismatch } from "./values-file-mismatch.ts";

/** Shell commands in workflows and scripts. */
export const COMMANDS_RULES: readonly Rule[] = [
  doubleBackslashContinuation,
  valuesFileMismatch,
  randomSecretPerRender,
  tokenOnCommandLine,
  headerPair,
  appAccessValue,
  appsCliGeneration,
];

/** Traps of this kind that have no rule of their own. */
export const COMMANDS_UNCHECKED: readonly Unchecked[] = [];
