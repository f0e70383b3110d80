/**
 * Removes what of a real node outlives its processes: network namespace, interface, cgroups, changed kernel settings,
 * and the lock that kept others from starting one.
 * Does its best with each, whatever happened to the others.
 * Usage: node test/cluster/real-node/cleanup.ts <name> <settings.json> <lock>
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HOST_LINK } from "./layout.ts";
import { restoreSettings } from "./settings.ts";

const CGROUPS = "/sys/fs/cgroup";
const DEADLINE_MS = 10_000;

const [name = "", settings = "", lock = ""] = process.argv.slice(2);

function quietly(command: string, ...args: string[]): void {
  try {
    execFileSync(command, args, { stdio: "ignore" });
  } catch {
    // Not there, or gone with something else.
  }
}

/** The node's folder in the one hierarchy of cgroup v2, or in each of v1. */
function cgroupFolders(): string[] {
  const parents = [CGROUPS, ...readdirSync(CGROUPS).map((controller) => join(CGROUPS, controller))];
  return parents.map((parent) => join(parent, name)).filter((folder) => existsSync(folder));
}

/** cgroups are removed folder by folder, innermost first; their files go with them. */
function removeCgroup(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroup(join(folder, entry.name));
  }
  rmdirSync(folder);
}

async function removeCgroups(): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (Date.now() < deadline) {
    for (const folder of cgroupFolders()) {
      try {
        removeCgroup(folder);
      } catch {
        // The kernel is still ending the processes inside.
      }
    }
    if (cgroupFolders().length === 0) return;
    await sleep(50);
  }
}

quietly("ip", "netns", "delete", name);
quietly("ip", "link", "delete", HOST_LINK);
if (existsSync(settings))
  restoreSettings(JSON.parse(readFileSync(settings, "utf8")) as Record<string, string>);
await removeCgroups();
rmSync(lock, { force: true });
