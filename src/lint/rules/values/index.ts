import type { Rule, Unchecked } from "../../model.ts";
import { encryptedFile } from "./encrypted-file.ts";
import { githubExpression } from "./github-expression.ts";
import { unknownKey } from "./unknown-key.ts";
import { unknownName } from "./unknown-name.ts";
import { valueForm } from "./value-form.ts";
import { valueShape } from "./value-shape.ts";
import { valueType } from "./value-type.ts";

/** Values against what the chart knows: keys, types, forms and `${NAME}`. */
export const VALUES_RULES: readonly Rule[] = [
  valueShape,
  unknownKey,
  unknownName,
  githubExpression,
  encryptedFile,
  valueType,
  valueForm,
];

/** Traps of this kind that have no rule of their own. */
export const VALUES_UNCHECKED: readonly Unchecked[] = [];
