/** `sum  name` and `sum *name` (sha256sum), `SHA256 (name) = sum` (BSD), or the sum alone. */
const GNU_LINE = /^([0-9a-f]{64})(?:\s+\*?(?:\.\/)?(\S+))?$/i;
const BSD_LINE = /^SHA256 \((?:\.\/)?(.+)\) = ([0-9a-f]{64})$/i;

export interface ChecksumLine {
  sum: string;
  /** Absent where the file holds nothing but the sum. */
  name?: string;
}

/** The lines of a checksum file that hold a SHA-256 sum; others are left out. */
export function parseChecksums(text: string): ChecksumLine[] {
  return text.split(/\r?\n/).flatMap((raw): ChecksumLine[] => {
    const line = raw.trim();
    const gnu = GNU_LINE.exec(line);
    if (gnu?.[1]) return [{ sum: gnu[1].toLowerCase(), ...(gnu[2] ? { name: gnu[2] } : {}) }];
    const bsd = BSD_LINE.exec(line);
    return bsd?.[1] && bsd[2] ? [{ sum: bsd[2].toLowerCase(), name: bsd[1] }] : [];
  });
}

/**
 * The sum for a file. A name may be the file's whole path or its end (`helm-v4.2.3-linux-amd64.tar.gz`); the longest
 * wins. A file that holds one sum and no name is about the file it lies beside.
 */
export function checksumFor(lines: readonly ChecksumLine[], path: string): string | undefined {
  const named = lines
    .filter(({ name }) => name !== undefined && (path === name || path.endsWith(`/${name}`)))
    .sort((a, b) => (b.name?.length ?? 0) - (a.name?.length ?? 0));
  if (named[0]) return named[0].sum;
  const [only] = lines;
  return lines.length === 1 && only && only.name === undefined ? only.sum : undefined;
}
