import { stripVTControlCharacters } from "node:util";

/**
 * A text that GitHub's runner shows and does not obey. It takes a line for a command that begins with `::`, blanks
 * before it or not, or that has `##[` anywhere; for it a line ends at a carriage return too.
 */
export function withoutCommands(text: string): string {
  return text
    .replaceAll(/(?:^|[\r\n])(?:[^\S\r\n]|\u0085)*::/g, (start) => `${start.slice(0, -2)}: :`)
    .replaceAll("##[", "## [");
}

/** A text that a terminal shows and does not obey: no colours, cursor moves, titles or clipboards of others. */
export function withoutControls(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/(?![\t\n])\p{Cc}/gu, " ");
}
