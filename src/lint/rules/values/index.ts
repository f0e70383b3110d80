import type { Rule, Unchecked } from "../../model.ts";
import { deadKey } from "./dead-key.ts";
import { encryptedFile } from "./encrypted-file.ts";
import { githubExpression } from "./github-expression.ts";
import { kubernetesForm } from "./kubernetes-form.ts";
import { misplacedKey } from "./misplaced-key.ts";
import { nullDeletesDefault } from "./null-deletes-default.ts";
import { numberAsText } from "./number-as-text.ts";
import { overriddenValue } from "./overridden-value.ts";
import { retiredImages } from "./retired-images.ts";
import { sameAsDefault } from "./same-as-default.ts";
import { typeByTemplate } from "./type-by-template.ts";
import { unknownKey } from "./unknown-key.ts";
import { unknownName } from "./unknown-name.ts";
import { valueForm } from "./value-form.ts";
import { valueShape } from "./value-shape.ts";
import { valueType } from "./value-type.ts";
import { valuesSchema } from "./values-schema.ts";

/** Values against what the chart knows: keys, types, forms and `${NAME}`. */
export const VALUES_RULES: readonly Rule[] = [
  valueShape,
  unknownKey,
  misplacedKey,
  deadKey,
  sameAsDefault,
  overriddenValue,
  nullDeletesDefault,
  unknownName,
  githubExpression,
  encryptedFile,
  valueType,
  numberAsText,
  typeByTemplate,
  valueForm,
  kubernetesForm,
  valuesSchema,
  retiredImages,
];

/** Traps of this kind that have no rule of their own. */
export const VALUES_UNCHECKED: readonly Unchecked[] = [
  {
    id: "K1",
    slug: "unknown-value-key",
    about: "A key that is neither among the chart's defaults nor read by its templates is ignored.",
    reason: "`unknown-key` (L24) finds it.",
  },
  {
    id: "K4",
    slug: "null-value",
    about: "A key without a value is null, which deletes the chart's default.",
    reason: "`null-deletes-default` (L144) finds it.",
  },
];
