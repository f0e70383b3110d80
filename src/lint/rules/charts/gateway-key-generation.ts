import semver from "semver";
import { GATEWAY_CREDENTIALS } from "../../../catalogue/gateway-rows.ts";
import { pathInFile } from "../../facts/entry-text.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

export const gatewayKeyGeneration: Rule = {
  id: "L16",
  slug: "gateway-key-generation",
  severity: "error",
  about:
    "The gateway's credentials have the spelling of another generation of the chart, which ignores them.",
  why: "The same pair is called `apiserverKey` in the oldest router, `apiServerKey` in the enterprise router and `apiKey` in app-gateway. A chart ignores the spelling of another one, and the gateway does not start or starts without credentials. app-gateway 2.0.2 and later reads the older spellings too, but two spellings in one file leave open which pair counts. Write the pair of the chart you deploy.",
  fixable: true,
  components: ["app-gateway", "task-traffic-router"],
  *check(release) {
    const found = GATEWAY_CREDENTIALS.map((names) => ({ names, entries: written(release, names) })).filter(
      ({ entries }) => entries.length > 0,
    );
    if (found.length > 1) {
      const [first, second] = found.map(({ entries }) => entries[0]) as [Entry, Entry];
      yield {
        message: `\`${second.path.at(-1)}\` and \`${first.path.at(-1)}\` are spellings of different generations`,
        hint: `keep one pair; ${expected(release)}`,
        at: second.at("key"),
        related: [{ at: first.at("key"), message: "the other spelling" }],
      };
      return;
    }
    for (const { names, entries } of found) {
      const severity = severityOf(release, names.chart);
      for (const entry of severity ? entries : []) yield wrongSpelling(release, entry, severity);
    }
  },
};

function written(release: LintRelease, names: { key: string; secret: string }): Entry[] {
  return release.entries.filter(
    ({ path }) =>
      path.length === 2 && path[0] === "clearml" && [names.key, names.secret].includes(String(path[1])),
  );
}

/** How wrong a spelling is; from 2.0.2 on the gateway reads the older ones too. */
function severityOf(release: LintRelease, chart: string): Hit["severity"] {
  if (release.id === "app-gateway") {
    if (chart === "clearml-enterprise-app-gateway") return undefined;
    return release.version && semver.valid(release.version) && semver.lt(release.version, "2.0.2")
      ? "error"
      : "warning";
  }
  if (chart === "clearml-enterprise-app-gateway") return "error";
  // The two names of the old router spell them differently; a file alone does not say which is meant.
  return release.chart === undefined || release.chart.includes(chart) ? undefined : "error";
}

function wrongSpelling(release: LintRelease, entry: Entry, severity: Hit["severity"]): Hit {
  const { key, secret } = spelling(release);
  const to = GATEWAY_CREDENTIALS.some((names) => names.key === entry.path.at(-1)) ? key : secret;
  const change = { source: entry.layer.source, kind: "rename", path: pathInFile(entry), to } as const;
  return {
    message: `\`${entry.path.join(".")}\` is the spelling of another generation of the chart`,
    hint: expected(release),
    ...(severity ? { severity } : {}),
    at: entry.at("key"),
    fix: { description: `rename it to \`${to}\``, changes: [change] },
  };
}

function expected(release: LintRelease): string {
  const own = spelling(release);
  return `${release.id} reads \`${own.key}\` and \`${own.secret}\``;
}

function spelling({ id, chart }: LintRelease): (typeof GATEWAY_CREDENTIALS)[number] {
  if (id === "app-gateway") return GATEWAY_CREDENTIALS[0];
  return GATEWAY_CREDENTIALS.find((names) => names.chart === chart) ?? GATEWAY_CREDENTIALS[1];
}
