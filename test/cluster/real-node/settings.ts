import { readFileSync, writeFileSync } from "node:fs";

/** Kernel settings of the whole machine that a kubelet changes when it starts. */
const SETTINGS = ["vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops"].concat([
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
]);

/** The settings as they are now. */
export function readSettings(): Record<string, string> {
  return Object.fromEntries(SETTINGS.map((name) => [name, readSetting(name)]));
}

/** Sets every setting that differs back. */
export function restoreSettings(settings: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(settings)) {
    if (readSetting(name) !== value) writeFileSync(`/proc/sys/${name}`, value);
  }
}

function readSetting(name: string): string {
  return readFileSync(`/proc/sys/${name}`, "utf8").trim();
}
