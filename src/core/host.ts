import type { Problem } from "./errors.ts";

export type Level = "error" | "warning" | "info";

/**
 * Where an action runs: GitHub's runner or a terminal. The only door between the actions and the outside
 * conventions of either (workflow commands, files named by variables, flags, colours).
 */
export interface Host {
  readonly kind: "github" | "terminal";
  /** The environment of the step, read-only. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder below which temporary files belong. */
  readonly tempRoot: string;
  /** The text of an input; undefined when it was not given or is empty. */
  input(name: string): string | undefined;
  announceSecret(value: string): void;
  line(text: string): void;
  debug(text: string): void;
  openGroup(title: string): void;
  closeGroup(): void;
  annotate(level: Level, problem: Problem, title?: string): void;
  summary(markdown: string): Promise<void>;
  outputs(values: Readonly<Record<string, string>>): void;
  saveState(name: string, value: string): void;
  readState(name: string): string;
  exportVariable(name: string, value: string): void;
  addPath(folder: string): void;
}
