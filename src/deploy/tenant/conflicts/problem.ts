import type { Location, Problem } from "../../../core/errors.ts";
import type { Hit } from "../../../lint/model.ts";

/** A finding of lint as a reason not to deploy: both places are told. */
export function problemOf({ message, hint, at, related = [] }: Hit): Problem {
  const [other] = related;
  return {
    message: other ? `${message}: here and at ${placeOf(other.at)}` : message,
    ...(hint ? { hint } : {}),
    at,
  };
}

function placeOf({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`;
}
