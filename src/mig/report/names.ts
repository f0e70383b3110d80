/** More names than this are more than anybody reads in a sentence. */
const MOST = 6;

/** A name that ends in a number, such as `gpu-07` or `gpu-7.example.com`. */
const NUMBERED = /^(.*?)(\d+)(\D*)$/;

/**
 * Names of nodes in few words: `gpu-1 … gpu-64`, `a, b and 12 more`. Rows of numbers become one part, whatever their
 * order.
 */
export function foldNames(names: readonly string[], most = MOST): string {
  const runs = runsOf(names.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })));
  const parts = runs.flatMap((run) =>
    run.length > 2
      ? [{ text: `${run[0]} … ${run.at(-1)}`, count: run.length }]
      : run.map((text) => ({ text, count: 1 })),
  );
  const shown = parts.slice(0, most);
  const rest = parts.slice(most).reduce((sum, { count }) => sum + count, 0);
  return `${shown.map(({ text }) => text).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** Neighbours whose numbers follow each other. */
function runsOf(sorted: readonly string[]): string[][] {
  const runs: string[][] = [];
  for (const name of sorted) {
    const last = runs.at(-1)?.at(-1);
    if (last !== undefined && follows(last, name)) runs.at(-1)?.push(name);
    else runs.push([name]);
  }
  return runs;
}

function follows(before: string, after: string): boolean {
  const [, headA, numberA = "", tailA] = NUMBERED.exec(before) ?? [];
  const [, headB, numberB = "", tailB] = NUMBERED.exec(after) ?? [];
  return headA !== undefined && headA === headB && tailA === tailB && Number(numberB) === Number(numberA) + 1;
}
