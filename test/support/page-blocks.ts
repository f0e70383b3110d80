/** Fenced blocks of a page, and what stands in a comment on the line before. */
export interface Block {
  language: string;
  text: string;
  /** Line of the page where its text begins. */
  line: number;
  comment?: string;
}

export function blocksOf(page: string): Block[] {
  const lines = page.split("\n");
  const blocks: Block[] = [];
  for (let index = 0; index < lines.length; index++) {
    const language = /^```(\w+)$/.exec(lines[index] ?? "")?.[1];
    if (!language) continue;
    const end = lines.indexOf("```", index + 1);
    const comment = /^<!-- (.*) -->$/.exec(lines[index - 1] ?? "")?.[1];
    const text = lines.slice(index + 1, end).join("\n");
    blocks.push({ language, text, line: index + 2, ...(comment ? { comment } : {}) });
    index = end;
  }
  return blocks;
}
