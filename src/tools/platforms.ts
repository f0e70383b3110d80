import { UserError } from "../core/errors.ts";

/** Platforms the publishers build for and the actions run on, in Node's words. */
export const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64"] as const;

export type Platform = (typeof PLATFORMS)[number];

/**
 * The platform of a machine, from Node's `process.platform` and `process.arch`.
 * @throws UserError for every other machine
 */
export function platformOf(os: string, architecture: string): Platform {
  const wanted = `${os}-${architecture}`;
  const platform = PLATFORMS.find((each) => each === wanted);
  if (platform) return platform;
  throw new UserError({
    message: `this runner is ${wanted}; setup-clearml-helm installs tools on ${PLATFORMS.join(", ")} only`,
    hint: "choose another runner, or install helm, kubectl and kubeconform yourself and put them on PATH",
  });
}

/** The operating system in the publishers' (Go's) words. */
export function goOs(platform: Platform): "linux" | "darwin" | "windows" {
  if (platform === "win32-x64") return "windows";
  return platform.startsWith("linux") ? "linux" : "darwin";
}

/** The architecture in the publishers' (Go's) words. */
export function goArchitecture(platform: Platform): "amd64" | "arm64" {
  return platform.endsWith("arm64") ? "arm64" : "amd64";
}
