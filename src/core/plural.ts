/** `1 file`, `2 files`. */
export function plural(count: number, what: string, many = `${what}s`): string {
  return `${count} ${count === 1 ? what : many}`;
}
