import { slicesOf } from "../../catalogue/mig-profiles.ts";
import { code, details, plainText, table } from "../../core/markdown.ts";
import { plural } from "../../core/plural.ts";
import type { MigReport } from "../model.ts";
import type { ProfileNeed } from "../profiles/needed.ts";
import { type FoundModel, modelsOf, offersOf, type Verdict, verdictOf } from "../profiles/offered.ts";
import { shortModel } from "./nodes-table.ts";

const SIGNS: Readonly<Record<Verdict, string>> = {
  never: "❌",
  short: "⚠️",
  off: "⏸️",
  unknown: "❔",
  given: "✅",
};
const ORDER = Object.keys(SIGNS) as Verdict[];
const MOST = { rows: 50, queues: 4, models: 5 } as const;

/** Queues that ask for the same. */
interface Row {
  profile: string;
  count: number;
  needs: readonly ProfileNeed[];
  verdict: Verdict;
}

/** The profiles that queues need against what the GPUs can give, and what each model can give. */
export function profilesSection(
  report: Pick<MigReport, "nodes" | "cards">,
  needs: readonly ProfileNeed[],
): string[] {
  const models = modelsOf(report.nodes, report.cards);
  const rows = rowsOf(
    needs,
    models,
    report.nodes.every(({ gpus }) => gpus.length > 0),
  );
  const known = models.filter(({ card }) => card !== undefined);
  return [
    ...(rows.length > 0
      ? [
          "#### MIG profiles that the queues need",
          needsTable(rows, models.slice(0, MOST.models)),
          ...wordsOf(rows, models),
          NOTE,
        ]
      : []),
    ...(known.length > 0 ? [details("What each GPU model can give", modelsTable(known))] : []),
  ];
}

const NOTE =
  "<sub>On the nodes of this run, at the most: slices of one size that all cards together give when they give nothing else.</sub>";

/** @param complete whether every node could be asked what GPUs it has */
function rowsOf(needs: readonly ProfileNeed[], models: readonly FoundModel[], complete: boolean): Row[] {
  const groups = Map.groupBy(needs, ({ profile, count }) => JSON.stringify([profile, count]));
  return [...groups.values()]
    .flatMap((own): Row[] => {
      const [first] = own;
      if (!first) return [];
      const { profile, count } = first;
      const verdict = verdictOf(profile, count, models);
      return [
        { profile, count, needs: own, verdict: verdict === "never" && !complete ? "unknown" : verdict },
      ];
    })
    .sort(
      (a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || a.profile.localeCompare(b.profile),
    );
}

function needsTable(rows: readonly Row[], models: readonly FoundModel[]): string {
  const header = ["", "Profile", "Asked for by", ...models.map(headOf)];
  const body = rows
    .slice(0, MOST.rows)
    .map(({ profile, count, needs, verdict }) => [
      SIGNS[verdict],
      `${count === 1 ? "" : `${count} × `}${code(profile)}`,
      queuesOf(needs),
      ...models.map((model) => offerCell(profile, model)),
    ]);
  const left = rows.length - body.length;
  return table(header, body) + (left > 0 ? `\n\nand ${plural(left, "more profile", "more profiles")}` : "");
}

function headOf({ model, on, gpus }: FoundModel): string {
  return `${plainText(shortModel(model))}<br>${on === gpus ? `all ${gpus}` : `${on} of ${gpus}`} on`;
}

function offerCell(profile: string, model: FoundModel): string {
  if (!model.card) return "?";
  const [offer] = offersOf(profile, [model]);
  if (!offer) return "–";
  return `${offer.perCard} per card${offer.on > 0 ? `<br>**${offer.now}** now` : ""}`;
}

/** `acme/train, globex/small and 3 more`. */
function queuesOf(needs: readonly ProfileNeed[]): string {
  const names = [...new Set(needs.map(nameOf))];
  const shown = names.slice(0, MOST.queues).map((name) => plainText(name));
  const left = names.length - shown.length;
  return `${shown.join("<br>")}${left > 0 ? `<br>and ${left} more` : ""}`;
}

function nameOf({ tenant, queue = "every task" }: ProfileNeed): string {
  return tenant === undefined ? queue : `${tenant}/${queue}`;
}

/** A sentence for each profile that is not to be had. */
function wordsOf(rows: readonly Row[], models: readonly FoundModel[]): string[] {
  const lines = rows
    .filter(({ verdict }) => verdict !== "given")
    .slice(0, MOST.rows)
    .map((row) => `- ${SIGNS[row.verdict]} ${code(row.profile)} ${whyNot(row, models)}`);
  return lines.length > 0 ? [lines.join("\n")] : [];
}

function whyNot({ profile, count, needs, verdict }: Row, models: readonly FoundModel[]): string {
  const at = needs[0]?.at;
  const place = at ? ` (${code(`${at.file}:${at.line}`)})` : "";
  if (verdict === "off")
    return "can be given, but MIG is off on these GPUs: pods that ask for it stay pending";
  if (verdict === "short")
    return `is asked for ${count} times by one pod${place}, and no node has so many of them`;
  const instead = insteadOf(profile, models);
  const told =
    verdict === "unknown"
      ? "cannot be given by the GPUs whose profiles are known; of the others, `nvidia-smi mig -lgip` tells"
      : "cannot be given by any GPU of this run: pods that ask for it stay pending";
  return `${told}${place}${instead ? `; ${instead}` : ""}`;
}

/** The profiles of as many slices that the models have. */
function insteadOf(profile: string, models: readonly FoundModel[]): string {
  const slices = slicesOf(profile);
  const parts = models.flatMap(({ model, card }) => {
    const alike = Object.keys(card?.profiles ?? {}).filter(
      (each) => /^\dg\.\d+gb$/.test(each) && slicesOf(each) === slices,
    );
    return alike.length > 0 ? [`${plainText(shortModel(model))} has ${alike.map(code).join(" or ")}`] : [];
  });
  return parts.join(", ");
}

function modelsTable(models: readonly FoundModel[]): string {
  const rows = models.map(({ model, card, on, gpus }) => [
    plainText(shortModel(model)),
    `${on} of ${gpus}`,
    Object.entries(card?.profiles ?? {})
      .map(([profile, count]) => `${count} × ${code(profile)}`)
      .join(" · "),
  ]);
  return table(["Model", "MIG on", "Slices per card: any one of these, or a mixture"], rows);
}
