import { valueAt } from "../../../overrides/values.ts";
import type { Entry, Hit, Rule } from "../../model.ts";

/** Images without a package manager that the agent's start script knows, and without Python. */
const BARE = /^(alpine|busybox|scratch|hello-world|gcr\.io\/distroless\/(?!python).*)$/;
/** Python 3.9, the last of these, had its last release in October 2025. */
const OLD_PYTHON = /^(2|3\.[0-9])(\D|$)/;

export const defaultImage: Rule = {
  id: "L106",
  slug: "default-image",
  severity: "warning",
  about: "The default image of tasks is not pinned, cannot run Python, or has one that is no longer kept up.",
  why: "Tasks that name no image run in the default one. `latest`, or no tag at all, is another image from day to day, so that an experiment cannot be repeated. The agent's start script needs Python with pip, or apt to install it. In a cluster without internet the image must come from the internal registry. A task that names its own image does not use the default.",
  components: ["agent"],
  *check(release) {
    const isClosed = valueAt(release.values, ["agentk8sglue", "airGappedSupport"]) === true;
    for (const entry of release.entries) {
      if (!isDefaultImage(entry) || !entry.text || entry.leftover) continue;
      const reason = reasonFor(entry.text, isClosed);
      if (reason) yield { ...reason, at: entry.at() };
    }
  },
};

function isDefaultImage({ path }: Entry): boolean {
  if (path[0] !== "agentk8sglue") return false;
  const key = path.at(-1);
  return (
    (key === "defaultContainerImage" && path.length === 2) ||
    (key === "defaultImage" && path[1] === "queues" && path.at(-2) === "queueSettings")
  );
}

function reasonFor(image: string, isClosed: boolean): Pick<Hit, "message" | "hint"> | undefined {
  const [, name = "", tag] = /^([^@]*?)(?::([^/:@]+))?(?:@sha256:[0-9a-f]+)?$/.exec(image) ?? [];
  const isPinned = image.includes("@sha256:");
  if (BARE.test(name))
    return {
      message: `\`${name}\` has neither Python nor apt to install it`,
      hint: "use an image with Python",
    };
  if (!isPinned && (tag === undefined || tag === "latest"))
    return {
      message: `\`${image}\` is another image from day to day`,
      hint: "pin a version, such as python:3.12",
    };
  if (/(^|\/)python$/.test(name) && OLD_PYTHON.test(tag ?? ""))
    return {
      message: `Python ${/^[\d.]+/.exec(tag ?? "")?.[0]} is no longer kept up`,
      hint: "use an image with Python 3.12 or later",
    };
  const owner = name.split("/")[0] ?? "";
  const isInternal = name.includes("/") && /[.:]|^localhost$/.test(owner) && owner !== "docker.io";
  if (isClosed && !isInternal)
    return {
      message: `\`${image}\` comes from Docker Hub, and \`airGappedSupport\` is on`,
      hint: "name the image of your own registry",
    };
  return undefined;
}
