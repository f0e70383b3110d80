import { fenced, table } from "../core/markdown.ts";

/** A piece of a page that can be shown in part. */
export interface Block {
  text: string;
  /** As much of it as fits into so many bytes, well-formed; undefined when nothing does. */
  cut(room: number): string | undefined;
}

/** Size in UTF-8, with the empty line that parts it from what follows. */
export function sizeOf(text: string): number {
  return Buffer.byteLength(text) + 2;
}

export function linesOf(text: string): number {
  return text === "" ? 0 : text.split("\n").length;
}

/** Whole, or not at all. */
export function textBlock(text: string): Block {
  return { text, cut: () => undefined };
}

/** A table that can be cut after any row. */
export function tableBlock(header: readonly string[], rows: readonly (readonly string[])[]): Block {
  return linesBlock(table(header, rows).split("\n"), (lines) => lines.join("\n"), 3);
}

/** A diff below its title that can be cut after any line. */
export function diffBlock(title: string, diff: string): Block {
  const lines = diff.split(/\r\n?|\n/);
  return linesBlock(lines, (shown) => `${title}\n\n${fenced("diff", shown)}`, 1);
}

function linesBlock(
  lines: readonly string[],
  render: (lines: readonly string[]) => string,
  least: number,
): Block {
  return {
    text: render(lines),
    cut(room) {
      // The fence may get shorter with fewer lines, never longer: the bound below is safe.
      let left = room - sizeOf(render([])) - frameSlack(lines);
      const shown: string[] = [];
      for (const line of lines) {
        left -= Buffer.byteLength(line) + 1;
        if (left < 0) break;
        shown.push(line);
      }
      return shown.length < least ? undefined : render(shown);
    },
  };
}

/** What the fences around all lines have more than those around none. */
function frameSlack(lines: readonly string[]): number {
  return Buffer.byteLength(fenced("", lines)) - Buffer.byteLength(lines.join("\n"));
}

/** As many blocks, one after the other, as fit; the first that does not is cut, those behind it are left out. */
export function fitted(blocks: readonly Block[], room: number): { text: string; left: number } {
  const shown: string[] = [];
  let rest = room;
  for (const block of blocks) {
    const whole = sizeOf(block.text) <= rest;
    const text = whole ? block.text : block.cut(rest);
    if (text !== undefined) {
      shown.push(text);
      rest -= sizeOf(text);
    }
    if (!whole) break;
  }
  const text = shown.join("\n\n");
  const all = blocks.map((block) => block.text).join("\n\n");
  return { text, left: linesOf(all) - linesOf(text) };
}

/** The first text that fits; the last one when none does. */
export function firstFitting(room: number, ...texts: readonly (() => string)[]): string {
  let text = "";
  for (const make of texts) {
    text = make();
    if (sizeOf(text) <= room) break;
  }
  return text;
}
