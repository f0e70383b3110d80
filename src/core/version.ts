import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The version of the package, read when asked for: it would be in the bundle otherwise, and every release would change
 * that. The file lies two folders up from the sources (`src/core/`) as from the bundle (`dist/lib/`).
 */
export function packageVersion(): string {
  const file = join(import.meta.dirname, "../../package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
