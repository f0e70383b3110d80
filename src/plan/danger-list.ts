import { clipped, code, plainText, table } from "../core/markdown.ts";
import { plural } from "../core/plural.ts";
import { firstFitting, sizeOf } from "./blocks.ts";
import type { Danger, Plan, PlannedObject } from "./model.ts";
import { manifestPlace, objectPlace, releasePlace } from "./words.ts";

/** A danger and what it concerns. */
export interface PlacedDanger {
  danger: Danger;
  /** Release or component. */
  where: string;
  /** `PersistentVolumeClaim clearml/data-0`; undefined for a release as a whole. */
  object?: string;
}

const SIGNS = { stop: "🛑", note: "⚠️" } as const;
const TITLES = { stop: "Only an approved plan may do this", note: "Good to know" } as const;
/** Characters of a danger's words. */
const LONGEST = 600;

/** All dangers of a plan. */
export function dangersOf(plan: Plan): PlacedDanger[] {
  const ofObjects = (where: string, objects: readonly PlannedObject[]) =>
    objects.flatMap((object) =>
      object.dangers.map((danger) => ({ danger, where, object: objectPlace(object) })),
    );
  return [
    ...plan.releases.flatMap((release) => [
      ...release.dangers.map((danger) => ({ danger, where: releasePlace(release) })),
      ...ofObjects(releasePlace(release), release.objects),
    ]),
    ...plan.manifests.flatMap((each) => ofObjects(manifestPlace(each), each.objects)),
  ];
}

/** The dangers of one severity: each in words, or, where these do not fit, by rule with the places of each. */
export function dangerSection(
  dangers: readonly PlacedDanger[],
  severity: Danger["severity"],
  room: number,
): string[] {
  const listed = dangers.filter(({ danger }) => danger.severity === severity);
  if (listed.length === 0) return [];
  const heading = `#### ${SIGNS[severity]} ${TITLES[severity]}`;
  const rest = room - sizeOf(heading);
  return [
    heading,
    firstFitting(
      rest,
      () => fullTable(listed),
      () => byRule(listed, Number.POSITIVE_INFINITY),
      () => byRule(listed, rest),
    ),
  ];
}

function fullTable(dangers: readonly PlacedDanger[]): string {
  const rows = dangers.map(({ danger, where, object }) => [
    code(danger.rule),
    object === undefined ? code(where) : `${code(where)}<br>${code(object)}`,
    plainText(clipped(danger.message, LONGEST)) + hintOf(danger),
  ]);
  return table(["Rule", "Where", "What happens"], rows);
}

function hintOf({ hint }: Danger): string {
  return hint ? `<br>→ ${plainText(clipped(hint, LONGEST))}` : "";
}

/** One line for each rule: its words once, then the places, as many as fit. */
function byRule(dangers: readonly PlacedDanger[], room: number): string {
  const groups = [...Map.groupBy(dangers, ({ danger }) => danger.rule)];
  const share = room / groups.length;
  return groups.map(([rule, group]) => ruleLine(rule, group, share)).join("\n");
}

function ruleLine(rule: string, group: readonly PlacedDanger[], room: number): string {
  const [first] = group;
  const words = first ? `${plainText(clipped(first.danger.message, 200))}${hintOf(first.danger)}` : "";
  const head = `- ${code(rule)} ${plural(group.length, "time")}, such as: ${words}<br>`;
  let rest = room - sizeOf(head) - " and 1000000 more".length;
  const places: string[] = [];
  for (const { where, object } of group) {
    const place = code(object ?? where);
    rest -= Buffer.byteLength(place) + 2;
    if (rest < 0) break;
    places.push(place);
  }
  const more = group.length - places.length;
  return `${head}${places.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
