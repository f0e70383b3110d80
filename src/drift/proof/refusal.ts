import type { RefusedError } from "../../kubernetes/refusals.ts";

/** No answer, a busy server or a failing one. What it says of the manifest itself comes as a failure too. */
export function isPassing({ status, message }: RefusedError): boolean {
  return (
    status === 0 || status === 429 || (status >= 500 && !/typed patch object|duplicate entries/.test(message))
  );
}

/** Why a dry run was refused. Words of the server may quote values of the object, so only advice is repeated. */
export function reasonOf({ status, message, problems }: RefusedError): string {
  const twice = /: duplicate entries for key \[([^\]]*)\]/.exec(message)?.[1];
  if (twice) return `the manifest has two items ${twice} in one list, which the API server does not apply`;
  if (/typed patch object/.test(message))
    return "the manifest does not fit the schema of its kind, so the API server does not apply it";
  const webhook = /admission webhook "([^"]+)" does not support dry run/.exec(message)?.[1];
  if (webhook) return `the admission webhook ${webhook} lets nobody try out an apply`;
  const advice = problems[0]?.hint;
  const because = advice ? `: ${advice}` : "";
  if (status === 0) return `the API server did not answer when asked to try out an apply${because}`;
  return `the API server refuses to try out an apply (${status})${because}`;
}
