/** Where the links of pages lead. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { type Page, prose, ROOT } from "./pages.ts";

/** This repository, as pages may name it by address. */
const OWN = /^https:\/\/github\.com\/clearml\/actions\/(?:blob|tree)\/(?:main|v1)\/([^#]*)(#.*)?$/;

/** What is wrong with the links of a page; empty when each leads to a file, and to a heading where it names one. */
export function linkProblems(page: Page): string[] {
  return linksOf(page).flatMap((link) => {
    const own = OWN.exec(link);
    if (!own && /^[a-z]+:/.test(link)) return [];
    const [path = "", anchor] = own ? [own[1], own[2]?.slice(1)] : link.split("#");
    const file = own ? path : path === "" ? page.file : posix.join(dirname(page.file), path);
    if (!existsSync(join(ROOT, file))) return [`${page.file}: ${link} leads nowhere`];
    if (anchor === undefined || !file.endsWith(".md")) return [];
    const isThere = anchorsOf(readFileSync(join(ROOT, file), "utf8")).has(anchor);
    return isThere ? [] : [`${page.file}: ${link}: there is no such heading`];
  });
}

/** The targets of all links of a page. */
export function linksOf(page: Page): string[] {
  const text = prose(page).replaceAll(/`[^`\n]+`/g, (code) => "`".padEnd(code.length, "_"));
  const inline = [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target ?? "");
  const named = [...text.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)].map(([, target]) => target ?? "");
  return [...inline, ...named];
}

/** The anchors that GitHub gives to headings. */
function anchorsOf(text: string): Set<string> {
  const headings = prose({ file: "", text }).matchAll(/^#{1,6} (.+)$/gm);
  const seen = new Map<string, number>();
  return new Set(
    [...headings].map(([, heading = ""]) => {
      const slug = heading
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(" ", "-");
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    }),
  );
}
