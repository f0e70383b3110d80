/** Whether what a key or variable is called says that its value is a secret: messages and edits must not show it. */
export function soundsSecret(name: string): boolean {
  return /pass|secret|token|credential|private|key$|_key\b/i.test(name);
}

/** Whether a text looks made, not thought of: long, without blanks, of letters and digits in no order. */
export function looksRandom(text: string): boolean {
  if (text.length < 16 || !/^[\w+/=.~-]+$/.test(text) || !/\d/.test(text) || !/[A-Za-z]/.test(text))
    return false;
  // Names of hosts, images, files and objects have words between their dots and dashes.
  const longest = Math.max(...text.split(/[-_./]/).map((part) => part.length));
  return longest >= 12 && new Set(text).size >= 8;
}

const TOKENS =
  /\b(dckr_(pat|oat)_[\w-]{20,}|gh[pousr]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abp]-[\w-]{20,}|AKIA[0-9A-Z]{16}|hf_[A-Za-z]{30,})\b|-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/;

/** Whether a text holds a token of a known service, or a private key: by its form alone. */
export function holdsToken(text: string): boolean {
  return TOKENS.test(text);
}
