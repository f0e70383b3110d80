import { readdirSync } from "node:fs";

/** Folder of the npm package among the packed actions. */
export const NPM = "npm";

/** The names of the actions in a packed folder. */
export function packedActions(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name !== NPM)
    .sort();
}
