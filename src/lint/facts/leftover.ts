/** Text that a guide prints for the reader to replace. */

/** `<BASE_DOMAIN>`, `<NODE_IP OR EXTERNAL_NAME>`, `<unique url in same domain as webserver>`, `<SIZE>Gi`. */
const ANGLE = /<[A-Za-z][^<>\n@]{0,80}>/;
const ANGLE_IN_TEXT = /(?<!<)<[A-Z][A-Z0-9]*(?:[_ ][A-Z0-9]+)+>/;
const HTML = /<\/[a-z]|<(?:a|b|br|i|p|hr|em|div|img|span|strong|style|script|u|ul|li|h[1-6])\b[^>]*>/i;

/** The part of a text that waits for a value; undefined when it is complete. */
export function placeholderIn(text: string): string | undefined {
  if (/^#{3,}$/.test(text.trim())) return text.trim();
  // Scripts and configuration files use `<` for other things.
  if (text.includes("\n")) return ANGLE_IN_TEXT.exec(text)?.[0];
  if (HTML.test(text)) return undefined;
  return ANGLE.exec(text)?.[0];
}

/** A URL in angle brackets, as Markdown prints it. */
export function isBracketedUrl(text: string): boolean {
  return /^<https?:\/\/.*>$/.test(text.trim());
}

/** Whether a scalar was copied and never filled in. */
export function isLeftover(text: string): boolean {
  return isBracketedUrl(text) || placeholderIn(text) !== undefined;
}
