/** A Markdown table; cells are escaped so that a value cannot break out of its cell. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A folded part of a summary: `title` is shown, `body` (Markdown) on demand. */
export function details(title: string, body: string): string {
  return `<details><summary>${callingNobody(escapeHtml(withoutBreaks(title)))}</summary>\n\n${body}\n\n</details>`;
}

/** Inline code that survives back-ticks in the text, also in a cell of a table. */
export function code(text: string): string {
  const line = withoutBreaks(text);
  return /[`|\\]|^\s|\s$|^$/.test(line) ? `<code>${entities(line)}</code>` : `\`${line}\``;
}

/** A fence that its content cannot close. */
export function fenced(language: string, lines: readonly string[]): string {
  const longest = lines.reduce((most, line) => Math.max(most, longestRun(line)), 2);
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence].join("\n");
}

/**
 * Words of others as one line of text: no Markdown, no HTML, nobody is called by `@name` and no issue is referred to
 * by `#1`.
 */
export function plainText(text: string): string {
  return callingNobody(entities(withoutBreaks(text)));
}

/** Words of others in which back-ticks mean code: plain text but for what stands in them. */
export function withCode(text: string): string {
  return text
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? code(part) : plainText(part)))
    .join("");
}

/** The start of a text, whole characters only. */
export function clipped(text: string, most: number): string {
  const characters = Array.from(text.length > most * 2 ? text.slice(0, most * 2) : text);
  return characters.length > most || text.length > most * 2 ? `${characters.slice(0, most).join("")}…` : text;
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\r\n?|\n/g, "<br>");
}

/** GitHub makes links of `@name` and `#1`, and tells whoever is named; not with an invisible space in between. */
function callingNobody(text: string): string {
  return text.replaceAll(/@(?=\w)/g, "@&#8203;").replaceAll(/(&#35;|(?<!&)#)(?=\d)/g, "$1&#8203;");
}

/** Characters that mean something in Markdown or HTML, by their numbers. */
function entities(text: string): string {
  return text.replaceAll(/[&<>"'`*_[\]|\\~#$!]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** One line, without characters that nobody sees: control characters, and those that turn the direction of writing. */
function withoutBreaks(text: string): string {
  return (
    text
      .replaceAll(/\s+/g, " ")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
      .replaceAll(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "")
  );
}

function longestRun(line: string): number {
  return (line.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}
