import type { Rule, Unchecked } from "../../model.ts";
import { apiNotServed } from "./api-not-served.ts";
import { imageOutsideRegistry } from "./image-outside-registry.ts";
import { objectRepeated } from "./object-repeated.ts";
import { renderArtifact } from "./render-artifact.ts";
import { renderFailed } from "./render-failed.ts";
import { schemaMissing } from "./schema-missing.ts";
import { schemaViolation } from "./schema-violation.ts";
import { secretNotSupplied } from "./secret-not-supplied.ts";

/** What the charts make of the values. */
export const RENDERED_RULES: readonly Rule[] = [
  renderFailed,
  schemaViolation,
  schemaMissing,
  objectRepeated,
  renderArtifact,
  apiNotServed,
  imageOutsideRegistry,
  secretNotSupplied,
];

/** Traps of this kind that have no rule of their own. */
export const RENDERED_UNCHECKED: readonly Unchecked[] = [];
