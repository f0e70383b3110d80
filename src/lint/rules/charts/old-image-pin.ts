import { compareMinor, serverOfChart } from "../../facts/server-version.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

/** `1.8.1rc99-159`, `2.0.0-rc1`, `3.0-beta`. */
const CANDIDATE = /\d(?:rc|alpha|beta)\d*|[-._](?:rc|alpha|beta|dev|snapshot|nightly)(?![a-z])/i;
const MOVING = new Set(["latest", "stable", "main", "master", "edge"]);
/** Images whose tags follow the version of the chart's application. */
const FOLLOWS_CHART = /^(?:apiserver|fileserver|webserver)\.image\.tag$/;

export const oldImagePin: Rule = {
  id: "L23",
  slug: "old-image-pin",
  severity: "warning",
  about:
    "An image tag is pinned to a release candidate, a moving name, or a version older than the chart is made for.",
  why: "A chart and its images are released together: from server chart 11.0.0 and agent chart 6.12.3 on, for example, everything runs without root, and older images do not. A tag copied from a guide stays behind when the chart is upgraded. Remove the tag, so that the chart's own is used.",
  *check(release) {
    for (const entry of release.entries) {
      const { path, text, leftover } = entry;
      if (path.at(-1) !== "tag" || path.at(-2) !== "image" || !text || leftover) continue;
      const reason = reasonOf(release, entry, text);
      if (reason)
        yield { ...reason, hint: "remove the tag, so that the chart's own is used", at: entry.at() };
    }
  },
};

function reasonOf(release: LintRelease, { path }: Entry, tag: string): Pick<Hit, "message"> | undefined {
  if (CANDIDATE.test(tag))
    return { message: `\`${tag}\` is a release candidate, and stays when the chart moves on` };
  if (MOVING.has(tag)) return { message: `\`${tag}\` is another image from day to day` };
  const place = path.join(".");
  const expected = FOLLOWS_CHART.test(place)
    ? serverOfChart(release)
    : place === "agentk8sglue.image.tag"
      ? release.contents?.appVersion
      : undefined;
  if (expected === undefined || compareMinor(tag, expected) >= 0) return undefined;
  const chart = release.version ?? release.contents?.version ?? "";
  return { message: `\`${tag}\` is older than ${expected}, which chart ${chart} is made for` };
}
