import semver from "semver";
import { compareMinor, serverVersion } from "../../facts/server-version.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

const PARTS = ["apiserver", "fileserver", "webserver"];

export const versionSkew: Rule = {
  id: "V4",
  slug: "version-skew",
  severity: "warning",
  about:
    "Parts that talk to each other have versions that do not fit: the server's images, or a gateway and the server.",
  why: "The three images of the server are released together, and a WebApp of another version calls an API the server does not have. A server of 3.26 or later needs a gateway of chart 2.1.0 or later: with an older one, applications start but their addresses never appear. Bring both to versions of one release.",
  check: differingImages,
  *checkAll(releases) {
    const controlPlane = releases.find(({ id }) => id === "control-plane");
    const server = controlPlane && serverVersion(controlPlane);
    if (!controlPlane || !server || controlPlane.environment?.edition !== "enterprise") return;
    if (compareMinor(server, "3.26") < 0) return;
    for (const release of releases) {
      if (isOldGateway(release)) yield oldGateway(release, controlPlane, server);
    }
  },
};

function* differingImages(release: LintRelease): Generator<Hit> {
  if (release.id !== "control-plane") return;
  const tags = PARTS.flatMap((part): Entry[] => {
    const path = `${part}.image.tag`;
    const isTag = (each: Entry) => each.path.length === 3 && each.path.join(".") === path;
    const tag = release.entries.findLast((each) => isTag(each) && each.text && !each.leftover);
    return tag ? [tag] : [];
  });
  const [first, ...others] = tags;
  for (const other of others) {
    if (!first || compareMinor(String(first.text), String(other.text)) === 0) continue;
    yield {
      message: `\`${other.text}\` of the ${String(other.path[0])} and \`${first.text}\` of the ${String(first.path[0])} are of different releases`,
      hint: "remove the tags, so that the chart's own are used",
      at: other.at(),
      related: [{ at: first.at(), message: "the other image" }],
    };
  }
}

function isOldGateway({ id, version }: LintRelease): boolean {
  const exact = semver.valid(version ?? "");
  return id === "app-gateway" && exact !== null && semver.lt(exact, "2.1.0");
}

function oldGateway(release: LintRelease, controlPlane: LintRelease, server: string): Hit {
  const { use } = release;
  return {
    message: `app-gateway ${release.version} is too old for server ${server}: addresses of applications never appear`,
    hint: "deploy `app-gateway` 2.1.0 or later",
    at: use?.version ? use.source.locate([...use.path, "version"]) : release.at,
    related: [{ at: controlPlane.at, message: `the server, ${server}` }],
  };
}
