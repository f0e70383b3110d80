/**
 * Text of others, such as a line of a log, without what may be a key: tokens, what stands after `Bearer` or
 * `password=`, and long words of letters and digits. Masking alone cannot do it: nobody has told us these.
 */
export function withoutSecrets(text: string): string {
  return PATTERNS.reduce((rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement), text);
}

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]+(?:\.[\w-]*)*/g, "***"],
  [/\b(bearer|basic)(\s+)[\w.~+/=-]{6,}/gi, "$1$2***"],
  [/(:\/\/[^\s/:@]*:)[^\s/@]+@/g, "$1***@"],
  [
    /\b([\w-]*(?:access[_-]?key|secret[_-]?key|secret|password|passwd|token|api[_-]?key|cookie)["']?\s*[:=]\s*["']?)[^\s"',;&)]+/gi,
    "$1***",
  ],
  // Access keys, then secrets and whatever looks like one; ids (32 hexadecimal digits) and digests tell nothing.
  [/\b(?=[A-Z0-9]*[A-Z])(?=[A-Z0-9]*\d)[A-Z0-9]{20,}\b/g, "***"],
  [/\b(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{40,}\b/g, "***"],
];
