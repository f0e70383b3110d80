/** Whether a value holds something at a path, be it null. */
export function hasPath(value: unknown, path: readonly (string | number)[]): boolean {
  let current = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return false;
    current = (current as Record<string | number, unknown>)[step];
  }
  return true;
}
