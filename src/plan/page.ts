import { clipped, code, details, plainText } from "../core/markdown.ts";
import { plural } from "../core/plural.ts";
import { fitted, sizeOf, tableBlock } from "./blocks.ts";
import { dangerSection, dangersOf } from "./danger-list.ts";
import { type ClusterPlan, planDigest } from "./digest.ts";
import type { Plan } from "./model.ts";
import { type Needs, planPicture } from "./picture.ts";
import { fittedSections, sectionsOf } from "./sections.ts";
import { hasChanges, headline, manifestPlace, objectCounts, RELEASE_WORDS, releasePlace } from "./words.ts";

export interface PageOptions {
  /** Most bytes of the page. */
  most: number;
  needs: Needs;
  /** Where the whole plan can be read, for what is left out: Markdown. */
  elsewhere: string;
  /** Hidden first line. */
  marker?: string;
}

/** How much of what is still free each part may take; what one leaves goes to the next. */
const SHARES = { stop: 0.75, note: 0.2, table: 0.4, steps: 0.2, picture: 0.25 } as const;
const FOOTER_BYTES = 500;
const REASONS = { shown: 4, characters: 160 } as const;

/** The page about a plan: dangers first, then every release in a line, the order, and every object with its diff. */
export function planPage(plan: ClusterPlan, options: PageOptions): string {
  const parts: string[] = [];
  let room = options.most - FOOTER_BYTES;
  let left = 0;
  const add = (...texts: readonly string[]) => {
    for (const text of texts.filter((each) => each !== "")) {
      parts.push(text);
      room -= sizeOf(text);
    }
  };
  const addTable = (header: readonly string[], rows: readonly string[][], share: number) => {
    if (rows.length === 0) return;
    const shown = fitted([tableBlock(header, rows)], room * share);
    left += shown.left;
    add(shown.text);
  };
  add(opening(plan, options.marker));
  const dangers = dangersOf(plan);
  add(...dangerSection(dangers, "stop", room * SHARES.stop));
  add(...dangerSection(dangers, "note", room * SHARES.note));
  addTable(["", "What", "Why"], changeRows(plan), SHARES.table);
  addTable(["Tenant", "Step", "What"], stepRows(plan), SHARES.steps);
  add(unchangedLine(plan, room * SHARES.steps));
  const picture = hasChanges(plan) ? planPicture(plan, options.needs) : undefined;
  const folded = picture === undefined ? "" : details("Order of work", picture);
  if (sizeOf(folded) <= room * SHARES.picture) add(folded);
  const sections = fittedSections(sectionsOf(plan), room);
  add(...sections.texts);
  left += sections.left;
  return [...parts, ...footer(plan, { ...sections, left }, options)].join("\n\n").toWellFormed();
}

function opening(plan: ClusterPlan, marker: string | undefined): string {
  const dangers = dangersOf(plan);
  const stop = dangers.filter(({ danger }) => danger.severity === "stop").length;
  const told = headline(plan, { stop, note: dangers.length - stop });
  const several = plan.tenants.length === 0 ? "" : `, ${plural(plan.tenants.length, "tenant")}`;
  const tenant = plan.tenant === undefined ? several : `, tenant ${code(plan.tenant)}`;
  const cluster = plan.cluster ? ` on ${code(plan.cluster.server)}` : "";
  const title = `### Plan for ${code(plan.environment)}${tenant}`;
  const sign = stop > 0 ? "🛑 " : hasChanges(plan) ? "" : "✅ ";
  return `${marker ? `${marker}\n` : ""}${title}\n\n${sign}**${told}**${cluster}`;
}

/** One row for each release and set of objects that is not left alone. */
function changeRows(plan: Plan): string[][] {
  const releases = plan.releases
    .filter(({ action }) => action !== "none")
    .map((release) => {
      const { action, chart, chartVersion, objects, baseRevision } = release;
      const { sign, todo } = RELEASE_WORDS[action];
      const from = baseRevision === 0 ? "" : `, now at revision ${baseRevision}`;
      return [
        `${sign} ${code(releasePlace(release))}`,
        `${todo} ${code(`${chart} ${chartVersion}`)}: ${objectCounts(objects)}${from}`,
        reasonsOf(release.reasons),
      ];
    });
  const manifests = plan.manifests
    .filter(({ objects }) => objects.length > 0)
    .map((each) => [`📄 ${code(manifestPlace(each))}`, objectCounts(each.objects), ""]);
  return [...releases, ...manifests];
}

function reasonsOf(reasons: readonly string[]): string {
  const shown = reasons
    .slice(0, REASONS.shown)
    .map((reason) => plainText(clipped(reason, REASONS.characters)));
  const more = reasons.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${plural(more, "more reason")}`] : [])].join("<br>");
}

function stepRows({ tenants }: Plan): string[][] {
  return tenants.flatMap(({ name, steps }) =>
    steps.map(({ action, what }) => [
      code(name),
      plainText(action),
      plainText(clipped(what, REASONS.characters)),
    ]),
  );
}

/** What is left alone, in one folded line. */
function unchangedLine({ releases }: Plan, room: number): string {
  const unchanged = releases.filter(({ action }) => action === "none");
  if (unchanged.length === 0) return "";
  const names = unchanged.map((release) => {
    const version = release.chartVersion === "" ? "" : ` ${plainText(release.chartVersion)}`;
    return `${code(releasePlace(release))}${version}`;
  });
  const whole = details(`${unchanged.length} unchanged`, names.join(", "));
  return sizeOf(whole) <= room ? whole : `${unchanged.length} unchanged.`;
}

function footer(
  plan: ClusterPlan,
  { left, dropped }: { left: number; dropped: number },
  { elsewhere }: PageOptions,
): string[] {
  const only = dropped > 0 ? ` (of ${plural(dropped, "release")} there is one line only)` : "";
  const cut =
    left > 0 ? [`✂️ ${plural(left, "line")} left out${only}; the whole plan is in ${elsewhere}.`] : [];
  return [...cut, ...(hasChanges(plan) ? [`<sub>Plan ${planDigest(plan).slice(0, 23)}</sub>`] : [])];
}
