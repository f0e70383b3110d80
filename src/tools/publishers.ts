import semver from "semver";
import { goArchitecture, goOs, type Platform } from "./platforms.ts";

export const TOOLS = ["helm", "kubectl", "kubeconform"] as const;

export type ToolId = (typeof TOOLS)[number];

/** One file of a publisher. Paths hold for the publisher and for every mirror of it. */
export interface Artifact {
  /** Path below the publisher's or the mirror's base URL. */
  path: string;
  /** Path of the publisher's checksum file. */
  checksumPath: string;
  /** Path of the executable inside the archive; absent when the file is the executable. */
  member?: string;
  /** Name of the executable on PATH. */
  executable: string;
}

/** Who makes a tool and how it is asked for its version. */
export interface Publisher {
  baseUrl: string;
  /** Installed when nothing else is asked for. */
  defaultVersion: string;
  artifact(version: string, platform: Platform): Artifact;
  versionArguments: readonly string[];
  /** Releases that are not installed, as a semver range, and why. */
  refused?: { range: string; reason: string; repair: string };
}

export const PUBLISHERS: Readonly<Record<ToolId, Publisher>> = {
  helm: {
    baseUrl: "https://get.helm.sh",
    defaultVersion: "4.2.3",
    artifact(version, platform) {
      const target = `${goOs(platform)}-${goArchitecture(platform)}`;
      const path = `helm-v${version}-${target}.${platform === "win32-x64" ? "zip" : "tar.gz"}`;
      const executable = executableName("helm", platform);
      return { path, checksumPath: `${path}.sha256sum`, member: `${target}/${executable}`, executable };
    },
    versionArguments: ["version", "--template", "{{.Version}}"],
    // Flags missing or ignored (helm/helm#31901, helm/helm#31627): what is asked for is not what happens.
    refused: {
      range: ">=4.0.0-0 <4.1.2 || 4.2.1",
      reason: "Helm 4.0.0 to 4.1.1 and 4.2.1 drop or ignore flags that tools around Helm rely on",
      repair: "use 4.2.3 or later, or 3.21.4",
    },
  },
  kubectl: {
    baseUrl: "https://dl.k8s.io",
    defaultVersion: "1.36.3",
    artifact(version, platform) {
      const executable = executableName("kubectl", platform);
      const path = `release/v${version}/bin/${goOs(platform)}/${goArchitecture(platform)}/${executable}`;
      return { path, checksumPath: `${path}.sha256`, executable };
    },
    versionArguments: ["version", "--client", "-o", "json"],
  },
  kubeconform: {
    baseUrl: "https://github.com",
    defaultVersion: "0.7.0",
    artifact(version, platform) {
      const folder = `yannh/kubeconform/releases/download/v${version}`;
      const target = `${goOs(platform)}-${goArchitecture(platform)}`;
      const executable = executableName("kubeconform", platform);
      return {
        path: `${folder}/kubeconform-${target}.${platform === "win32-x64" ? "zip" : "tar.gz"}`,
        checksumPath: `${folder}/CHECKSUMS`,
        member: executable,
        executable,
      };
    },
    versionArguments: ["-v"],
  },
};

/**
 * The version in what a tool prints about itself: JSON with `clientVersion.gitVersion` (kubectl) or the bare version
 * (helm, kubeconform). Undefined when there is none, as in builds from source.
 */
export function reportedVersion(stdout: string): string | undefined {
  const text = stdout.trim();
  if (!text.startsWith("{")) return semver.valid(text) ?? undefined;
  try {
    const parsed = JSON.parse(text) as { clientVersion?: { gitVersion?: unknown } };
    return semver.valid(String(parsed.clientVersion?.gitVersion)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The file name of an executable on a platform. */
export function executableName(tool: ToolId, platform: Platform): string {
  return platform === "win32-x64" ? `${tool}.exe` : tool;
}
