const DIGEST = /^chart (sha256:[0-9a-f]{64})\b/;

/** The chart's digest in the description of a revision; undefined when somebody else wrote it. */
export function recordedDigest(description: string): string | undefined {
  return DIGEST.exec(description)?.[1];
}

/**
 * The description of a revision: which package it is made from, and by whom. Helm keeps it with that revision alone;
 * an upgrade by hand has its own.
 */
export function releaseDescription(digest: string, by: string): string {
  return `chart ${digest} by ${by}`;
}
