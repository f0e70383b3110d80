/**
 * What a file of values may be. Helm keeps the values of a release in a Secret of at most 1 MiB and go-yaml refuses
 * more than these depths by far; what is beyond was not written by hand and must not take the runner's time or memory.
 */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 100;
const MAX_NODES = 500_000;

/** Why a text is not even looked at; undefined when it may be parsed. `length` in bytes or characters. */
export function tooLong(length: number): string | undefined {
  if (length <= MAX_BYTES) return undefined;
  return `is ${megabytes(length)} long; more than ${megabytes(MAX_BYTES)} is no file of values`;
}

function megabytes(length: number): string {
  return `${(length / 1024 / 1024).toFixed(1)} MiB`;
}

/**
 * Why a parsed value cannot be worked with: too deep, cyclic, or too large once its aliases are followed. Undefined
 * when it can. Bounded itself, whatever the value is.
 */
export function tooComplex(value: unknown): string | undefined {
  let nodes = 0;
  const waiting: { value: unknown; depth: number }[] = [{ value, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (typeof next.value !== "object" || next.value === null) continue;
    if (next.depth >= MAX_DEPTH)
      return `it is nested more than ${MAX_DEPTH} levels deep, or an alias stands within what it refers to`;
    const children: unknown[] = Array.isArray(next.value) ? next.value : Object.values(next.value);
    nodes += children.length;
    if (nodes > MAX_NODES)
      return `it has more than ${MAX_NODES.toLocaleString("en")} values once every alias is followed`;
    for (const child of children) waiting.push({ value: child, depth: next.depth + 1 });
  }
  return undefined;
}
