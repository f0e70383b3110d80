/** Links of a page, for a copy of it that stands elsewhere. */
import { statSync } from "node:fs";
import { join, posix } from "node:path";
import { UserError } from "../../src/core/errors.ts";

export const REPOSITORY = "https://github.com/clearml/actions";
const OWNER = "https://github.com/clearml";

/** What a page's relative link leads to in the repository. */
export type Kind = "file" | "folder" | "nothing";

/** What there is at a path below a folder. */
export function kindBelow(folder: string): (path: string) => Kind {
  return (path) => {
    const found = statSync(join(folder, path), { throwIfNoEntry: false });
    if (!found) return "nothing";
    return found.isDirectory() ? "folder" : "file";
  };
}

/**
 * The page with absolute links instead of relative ones: to the files of a tag of the repository, and for the page of
 * an action to the repository of that action. Throws with the line of a link that leads nowhere.
 * @param page path of the page in the repository
 * @param kindOf what there is at a path of the repository
 */
export function absoluteLinks(
  text: string,
  page: string,
  tag: string,
  kindOf: (path: string) => Kind,
): string {
  return mapProse(text, (line, number) =>
    line.replaceAll(LINK, (whole, before: string, target: string) => {
      if (isAbsolute(target)) return whole;
      const [path = "", anchor] = target.split("#");
      const at = posix.join(posix.dirname(page), decodeURIComponent(path));
      const kind = kindOf(at);
      if (at.startsWith("..") || kind === "nothing") throw leadsNowhere(page, number, target);
      return `${before}${address(at, kind, tag)}${anchor === undefined ? "" : `#${anchor}`}`;
    }),
  );
}

function leadsNowhere(file: string, line: number, target: string): UserError {
  return new UserError({
    message: `the link to ${target} leads nowhere in the repository`,
    hint: "repair the link, or write the page",
    at: { file, line, column: 1 },
  });
}

/** The targets of all links of a page that are no addresses. */
export function relativeLinks(text: string): string[] {
  const found: string[] = [];
  mapProse(text, (line) => {
    for (const [, , target = ""] of line.matchAll(LINK)) if (!isAbsolute(target)) found.push(target);
    return line;
  });
  return found;
}

/** `](target`, `[name]: target` at the start of a line, `href="target"`, `src="target"`. */
const LINK = /(\]\(<?|^\[[^\]]+\]:\s+<?|\b(?:href|src)=")([^\s)">]+)/g;

function isAbsolute(target: string): boolean {
  return target.startsWith("#") || /^[a-z][a-z+.-]*:/i.test(target);
}

function address(path: string, kind: Kind, tag: string): string {
  const [, action] = /^actions\/([^/]+)(?:\/README\.md)?\/?$/.exec(path) ?? [];
  if (action !== undefined) return `${OWNER}/${action}`;
  return `${REPOSITORY}/${kind === "folder" ? "tree" : "blob"}/${tag}/${encodeURI(path)}`;
}

/** Applies a function to the lines outside of fenced blocks, and there outside of code spans. */
function mapProse(text: string, change: (line: string, number: number) => string): string {
  let fence: string | undefined;
  const lines = text.split("\n").map((line, index) => {
    const [, mark] = /^\s*(```|~~~)/.exec(line) ?? [];
    if (mark !== undefined) {
      fence = fence === undefined ? mark : fence === mark ? undefined : fence;
      return line;
    }
    if (fence !== undefined) return line;
    // A link's text may be code, its target is none: only spans that hold a whole link are left alone.
    const parts = line.split(/(`[^`]*\]\([^`]*`)/);
    return parts.map((part, at) => (at % 2 === 1 ? part : change(part, index + 1))).join("");
  });
  return lines.join("\n");
}
