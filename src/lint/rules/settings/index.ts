import type { Rule, Unchecked } from "../../model.ts";
import { additionalConfigName } from "./additional-config-name.ts";
import { envEmailUnquoted } from "./env-email-unquoted.ts";
import { envHashTruncates } from "./env-hash-truncates.ts";
import { envListShape } from "./env-list-shape.ts";
import { envReservedChar } from "./env-reserved-char.ts";
import { envSubstitution } from "./env-substitution.ts";

/** Settings of the API server and the web server in environment variables. */
export const SETTINGS_RULES: readonly Rule[] = [
  envEmailUnquoted,
  envListShape,
  envReservedChar,
  envHashTruncates,
  envSubstitution,
  additionalConfigName,
];

/** Traps of this kind that have no rule of their own. */
export const SETTINGS_UNCHECKED: readonly Unchecked[] = [];
