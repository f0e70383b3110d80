import type { Place } from "../objects/model.ts";
import { fieldAt } from "./lists.ts";
import { hasUnit, sameDuration, sameQuantity } from "./quantity.ts";

/** Maps of resources to quantities. */
const QUANTITY_MAPS = new Set([
  ...["limits", "requests", "hard", "capacity", "overhead", "podFixed"],
  ...["default", "defaultRequest", "max", "min", "maxLimitRequestRatio"],
]);
const QUANTITIES = new Set(["sizeLimit", "divisor", "averageValue", "value", "tolerance"]);

/** Whether two scalars are one and the same to the server. */
export function sameScalar(
  expected: unknown,
  actual: unknown,
  place: Place,
  kind: { builtIn: boolean; name: string },
): boolean {
  if (expected === actual) return true;
  if (typeof expected === "boolean" || typeof actual === "boolean") return false;
  // An int-or-string; and what YAML took for a number.
  if (typeof expected !== typeof actual && String(expected) === String(actual)) return true;
  if (!kind.builtIn) {
    const units = hasUnit(expected) || hasUnit(actual);
    return (units && sameQuantity(expected, actual)) || sameDuration(expected, actual);
  }
  if (isQuantity(place, kind.name)) return sameQuantity(expected, actual);
  return isBase64(place, kind.name) && sameBytes(expected, actual);
}

function isQuantity(place: Place, kind: string): boolean {
  const [field = "", parent = ""] = [fieldAt(place, -1), fieldAt(place, -2)];
  if (QUANTITY_MAPS.has(parent)) return true;
  if (field === "value") return kind === "HorizontalPodAutoscaler";
  return QUANTITIES.has(field);
}

function isBase64(place: Place, kind: string): boolean {
  const field = fieldAt(place, -1) ?? "";
  if (field === "caBundle") return true;
  const map = place.length === 2 ? (fieldAt(place, 0) ?? "") : "";
  return map === "binaryData" || (kind === "Secret" && map === "data");
}

/** Line breaks and padding of base64 mean nothing. */
function sameBytes(expected: unknown, actual: unknown): boolean {
  const [a, b] = [expected, actual].map((text) => Buffer.from(String(text), "base64"));
  return a !== undefined && b !== undefined && a.equals(b);
}
