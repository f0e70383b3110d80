import { createHash } from "node:crypto";

const LENGTH = 16;

/**
 * What stands for a secret while a chart is rendered: the same text for the same name. It is fine wherever a real
 * value is (base64, HOCON, a name, a part of a URL), and no real value resembles it.
 */
export function standIn(name: string): string {
  // Letters alone: digits with one `e` among them would be a number to HOCON.
  const letters = [...createHash("sha256").update(name).digest()].map((byte) =>
    String.fromCharCode("a".charCodeAt(0) + (byte % 26)),
  );
  return `standin${letters.join("")}`.slice(0, LENGTH);
}
