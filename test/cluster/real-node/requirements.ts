import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where administrators' programs lie, also when PATH does not say so. */
const SYSTEM_FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
const CNI_FOLDERS = ["/usr/lib/cni", "/opt/cni/bin"];

/** What a node is made of beside the tools, and the Debian package that has it. */
const PROGRAMS: Readonly<Record<string, string>> = {
  containerd: "containerd",
  ctr: "containerd",
  runc: "runc",
  iptables: "iptables",
  busybox: "busybox-static",
  ip: "iproute2",
  nsenter: "util-linux",
  unshare: "util-linux",
  tar: "tar",
};
const CNI_PACKAGE = "containernetworking-plugins";

/** PATH of the node's processes. */
export function systemPath(): string {
  const own = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...new Set([...own, ...SYSTEM_FOLDERS])].join(delimiter);
}

/** Folder of the plugins that give pods their network; undefined when there are none. */
export function cniFolder(): string | undefined {
  return CNI_FOLDERS.find((folder) => existsSync(join(folder, "bridge")));
}

/** Why this machine can have no real node, and what would help; undefined when it can. */
export function realNodeUnavailable(): string | undefined {
  if (process.platform !== "linux") return `a kubelet runs on Linux only, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return "a kubelet needs root; run the tests as root";
  if (process.env.CLUSTER === "kind") return "the nodes of a kind cluster are real already";
  const packages = missingPackages();
  if (packages.length === 0 || mayInstall()) return undefined;
  return `missing on this machine; install with: apt-get install ${packages.join(" ")} (or set CLEARML_ACTIONS_INSTALL=1)`;
}

/** Installs what is missing, where `realNodeUnavailable` says that it may be. Throws with apt-get's words. */
export function installMissing(log: (line: string) => void): void {
  const packages = missingPackages();
  if (packages.length > 0) installPackages(packages, log);
}

/** Installs Debian packages. Throws with apt-get's words. */
export function installPackages(packages: readonly string[], log: (line: string) => void): void {
  log(`installing ${packages.join(", ")} (about 20 s)`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Files of tests that run side by side may both miss something.
  const wait = ["-o", "DPkg::Lock::Timeout=300"];
  try {
    execFileSync("apt-get", ["update", "-qq", ...wait], { env, stdio: "pipe" });
    const install = ["install", "-y", "-qq", "--no-install-recommends", ...wait, ...packages];
    execFileSync("apt-get", install, { env, stdio: "pipe" });
  } catch (thrown) {
    const { stderr } = thrown as { stderr?: Buffer };
    throw new Error(`apt-get could not install ${packages.join(" ")}: ${stderr?.toString().trim()}`);
  }
}

/** Path of a program, also where administrators' programs lie. */
export function findProgram(name: string): string | undefined {
  return systemPath()
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

function missingPackages(): string[] {
  const missing = Object.entries(PROGRAMS)
    .filter(([program]) => !findProgram(program))
    .map(([, name]) => name);
  return [...new Set([...missing, ...(cniFolder() ? [] : [CNI_PACKAGE])])];
}

/** Whether tests may install Debian packages here. */
export function mayInstall(): boolean {
  const asked = process.env.CI === "true" || process.env.CLEARML_ACTIONS_INSTALL === "1";
  return (
    asked && process.getuid?.() === 0 && existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get")
  );
}
