/** Images that moved to another place: what to write instead. */
export interface Retired {
  /** What became of it, as a sentence without its subject. */
  reason: string;
  instead: string;
}

/** Names of Docker Hub; an image without a registry is pulled from there. */
const DOCKER_HUB = /^((index\.|registry-1\.)?docker\.io\/)*(?<name>[a-z0-9][a-z0-9._-]*\/.+)$/;

/**
 * Whether an image is no longer served where it says.
 * @param image `registry/repository:tag`; registry and tag may be left out
 */
export function retiredImage(image: string): Retired | undefined {
  const name = DOCKER_HUB.exec(image.trim())?.groups?.name;
  const [owner = "", ...rest] = name?.split("/") ?? [];
  // A dot makes the first part the name of another registry.
  if (name === undefined || rest.length === 0 || owner.includes(".")) return undefined;
  const [repository = "", tag] = rest.join("/").split(":");
  if (owner === "bitnami" && tag !== "latest") {
    return {
      reason: "has no versions on Docker Hub since August 2025",
      instead: `bitnamilegacy/${repository}`,
    };
  }
  if (owner === "allegroai")
    return { reason: "is no longer kept up: ClearML's images moved", instead: `clearml/${repository}` };
  return undefined;
}
