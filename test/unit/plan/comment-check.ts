/** What is wrong with Markdown as GitHub reads it: fences, folded parts, tables, and HTML that is not ours. */
export function faultsOf(markdown: string): string[] {
  const faults: string[] = [];
  let fence: string | undefined;
  let depth = 0;
  let columns: number | undefined;
  for (const [index, line] of markdown.split(/\r\n|\r|\n/).entries()) {
    const fault = (what: string) => faults.push(`line ${index + 1}: ${what}: ${line.slice(0, 120)}`);
    if (fence !== undefined) {
      const closing = /^ {0,3}(`{3,})\s*$/.exec(line)?.[1];
      if (closing && closing.length >= fence.length) fence = undefined;
      continue;
    }
    const opening = /^ {0,3}(`{3,})[^`]*$/.exec(line)?.[1];
    if (opening) {
      fence = opening;
      columns = undefined;
      continue;
    }
    if (index === 0 && /^<!-- clearml-actions:plan:[^>]* -->$/.test(line)) continue;
    const words = line.replaceAll(/<code>[^<]*<\/code>/g, "CODE").replaceAll(/`[^`]*`/g, "CODE");
    depth += (words.match(/<details>/g) ?? []).length - (words.match(/<\/details>/g) ?? []).length;
    if (words.includes("<summary>") !== words.includes("</summary>")) fault("a title of several lines");
    if (depth < 0) fault("</details> without <details>");
    for (const [tag] of words.matchAll(/<[^>]*>?/g)) {
      if (!/^<\/?(?:details|summary|br|b|sub)>$/.test(tag)) fault(`HTML that is not ours (${tag})`);
    }
    // A line that begins with a block of HTML is no Markdown.
    if (words.includes("`") && !line.startsWith("<details>")) fault("a code span that is not closed");
    if (/@\w/.test(words)) fault("somebody is called by name");
    if (/(?:^|[^&])#\d/.test(words)) fault("an issue is referred to");
    columns = line.startsWith("|") ? columnsOf(line, columns, fault) : undefined;
  }
  if (fence !== undefined) faults.push("a fence is not closed");
  if (depth !== 0) faults.push(`${depth} <details> not closed`);
  return faults;
}

function columnsOf(line: string, header: number | undefined, fault: (what: string) => void): number {
  // A backslash takes the meaning of whatever stands behind it.
  const columns = line.replaceAll(/\\./g, "").split("|").length;
  if (!line.endsWith("|")) fault("a row that does not end");
  if (header !== undefined && header !== columns) fault(`${columns} columns under ${header}`);
  return header ?? columns;
}
