/** The pages of the repository, and what stands in their fences. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../../..");

/** Folders without pages of ours, and the generated pages of the lint rules, which have tests of their own. */
const OTHERS = /^(node_modules|dist|build|\.git|\.vitest|coverage)$/;
const RULE_PAGES = "actions/lint-overrides/rules";

export interface Page {
  /** Path in the repository. */
  file: string;
  text: string;
}

/** A fence of a page. */
export interface Block {
  page: string;
  /** Line of the page that the fence begins in. */
  line: number;
  language: string;
  text: string;
  /** Why it is not run, where the page says so. */
  notRun?: string;
}

/** Every page but those of the lint rules. */
export function pages(): Page[] {
  return allPages().filter(({ file }) => !file.startsWith(`${RULE_PAGES}/`));
}

/** Every page. */
export function allPages(): Page[] {
  return markdownBelow(ROOT)
    .map((path) => ({ file: relative(ROOT, path), text: readFileSync(path, "utf8") }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

export function page(file: string): Page {
  return { file, text: readFileSync(join(ROOT, file), "utf8") };
}

function markdownBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return OTHERS.test(entry.name) ? [] : markdownBelow(path);
    return entry.isFile() && entry.name.endsWith(".md") ? [path] : [];
  });
}

/** The fences of a page. Throws where one is not closed. */
export function blocksOf({ file, text }: Page): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [, indent = "", fence = "", language = ""] = /^( *)(`{3,})([^`]*)$/.exec(lines[at] ?? "") ?? [];
    if (fence === "") continue;
    const end = lines.findIndex((line, index) => index > at && line.trim() === fence);
    if (end < 0) throw new Error(`${file}:${at + 1}: the fence is not closed`);
    const [, notRun] = /^\s*<!-- not run: (.+) -->$/.exec(lines[at - 1] ?? "") ?? [];
    const inside = lines.slice(at + 1, end).map((line) => line.slice(indent.length));
    blocks.push({
      ...{ page: file, line: at + 1, language: language.trim(), text: `${inside.join("\n")}\n` },
      ...(notRun === undefined ? {} : { notRun }),
    });
    at = end;
  }
  return blocks;
}

/** The text of a page without what stands in fences and comments. */
export function prose({ text }: Page): string {
  return text.replaceAll(/^( *)(`{3,})[^\n]*\n[\s\S]*?^\1\2\s*$/gm, "").replaceAll(/<!--[\s\S]*?-->/g, "");
}

export function placeOf({ page: file, line }: Block): string {
  return `${file}:${line}`;
}
