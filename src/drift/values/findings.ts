import type { ComponentUse } from "../../environment/model.ts";
import { isPending } from "../../helm/pending.ts";
import type { Values } from "../../overrides/values.ts";
import type { Facts } from "../facts.ts";
import { type Found, NOTHING, type Scan, together } from "../model.ts";
import type { Records } from "../records/read.ts";
import { unreadFor } from "../unread.ts";
import { byHandFindings } from "./by-hand.ts";
import { type LocalCharts, localCharts, wantedChart } from "./chart.ts";
import { desiredValues } from "./desired.ts";
import { notInstalled } from "./installed.ts";
import { nameOf } from "./names.ts";
import { pendingFindings } from "./pending.ts";
import { type ComparedRelease, releaseDifferences } from "./release.ts";
import { standInsOf } from "./stand-ins.ts";
import { valuesText } from "./text.ts";

/**
 * Releases that are not what the files say: not installed, unfinished, failed, of another chart or other values, made
 * by hand, or with credentials that everybody knows.
 */
export async function releaseFindings(
  scan: Scan,
  { records, unknown }: Pick<Records, "records" | "unknown">,
  facts: Facts,
): Promise<Found> {
  const charts = scan.uses.filter((use) => use.definition.kind === "chart" && !unknown.has(use));
  const releases = charts.flatMap((use) => {
    const record = records.get(use);
    return record ? [[use, record] as const] : [];
  });
  const known = { ...scan, secrets: knownSecrets(scan, facts) };
  const [desired, missing, pending, byHand] = await Promise.all([
    desiredValues(scan, facts),
    notInstalled(
      scan,
      charts.filter((use) => !records.has(use)),
    ),
    pendingFindings(scan, releases),
    byHandFindings(scan, releases, (use, text) =>
      valuesText(known, { use, deployed: records.get(use)?.values ?? {} }).redact(text),
    ),
  ]);
  const read = localCharts();
  const settled = releases.filter(([, record]) => !isPending(record));
  const compared = await Promise.all(
    settled.map(([use, record]) => compare(known, { use, record, desired: desired.values.get(use) }, read)),
  );
  return together([
    { ...NOTHING, findings: missing, unread: desired.unread },
    pending,
    byHand,
    ...compared,
    { ...NOTHING, notes: notGiven(scan, desired.values) },
  ]);
}

async function compare(
  scan: Scan,
  { use, record, desired }: Omit<ComparedRelease, "chart" | "text">,
  read: LocalCharts,
): Promise<Found> {
  const release = { use, record, desired, text: valuesText(scan, { use, deployed: record.values, desired }) };
  try {
    const chart = await wantedChart(use, scan.environment, read);
    return { ...NOTHING, findings: releaseDifferences(scan, { ...release, chart }) };
  } catch (thrown) {
    const unread = [unreadFor(`chart of ${nameOf(use)}`, thrown)];
    return { ...NOTHING, findings: releaseDifferences(scan, release), unread };
  }
}

/** What must not show: secrets of the files, and those that the cluster keeps. */
function knownSecrets({ secrets }: Scan, { server, redisPassword }: Facts): ReadonlyMap<string, string> {
  const kept = [server?.jwksKey, server?.system.secretKey, redisPassword].flatMap((text, index) =>
    text === undefined ? [] : [[`kept ${index}`, text] as const],
  );
  return new Map([...secrets, ...kept]);
}

/** Which secrets the step was not given, where values are made of them. */
function notGiven({ environment }: Scan, values: ReadonlyMap<ComponentUse, Values>): string[] {
  const used = standInsOf([...values.values()]);
  const names = environment.secrets.filter((name) => used.has(name));
  if (names.length === 0) return [];
  const [what, verb] = names.length === 1 ? ["secret", "was"] : ["secrets", "were"];
  return [
    `${what} ${names.map((name) => `\`${name}\``).join(", ")} ${verb} not given to this step, so that what is made of ${names.length === 1 ? "it" : "them"} was not compared`,
  ];
}
