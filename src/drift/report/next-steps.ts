import { clipped, code, plainText, withCode } from "../../core/markdown.ts";
import { plural } from "../../core/plural.ts";
import { shortList } from "../../core/short-list.ts";
import type { Finding } from "../model.ts";
import { commandFor, isByHand } from "./commands.ts";
import type { DriftReport } from "./model.ts";
import { placeOf } from "./words.ts";

/** Commands of one kind that are shown before the rest is left to the table. */
const MOST_COMMANDS = 5;
const LONGEST = 400;

/** What repairs what was found, as items of a numbered list; empty when nothing is to be done. */
export function nextSteps({ findings, partial, ignored }: DriftReport, config: string | undefined): string[] {
  const of = (wanted: Finding["upgradeRepairs"]) =>
    findings.filter(({ upgradeRepairs }) => upgradeRepairs === wanted);
  const expired = ignored.filter((rule) => rule.expired);
  return [
    ...upgradeStep(of(true), config),
    ...conflictStep(of("conflict")),
    ...handStep(of(false)),
    ...otherStep(of(false)),
    ...(partial.length > 0
      ? ["Give the account of this run what it could not read (below), or find out why, and run it again."]
      : []),
    ...(expired.length > 0
      ? [
          `Renew or delete ${plural(expired.length, "ignore rule")} that ${expired.length === 1 ? "is" : "are"} past ${expired.length === 1 ? "its" : "their"} day.`,
        ]
      : []),
  ];
}

function upgradeStep(findings: readonly Finding[], config = "clearml.yaml"): string[] {
  if (findings.length === 0) return [];
  const tenants = [...new Set(findings.flatMap(({ tenant }) => tenant ?? []))];
  const command = code(`npx clearml-actions detect-drift --config ${config} --repair true`);
  const which = tenants.length > 0 && tenants.length <= MOST_COMMANDS ? ` (${placesOf(findings)})` : "";
  return [
    `An upgrade repairs ${plural(findings.length, "difference")}${which}: run this action with ${code("repair: true")}, or ${command}. It goes through the same plan and apply as a deployment.`,
  ];
}

function conflictStep(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const it = findings.length === 1 ? "it" : "them";
  return [
    `${plural(findings.length, "difference")} in releases whose upgrade is refused, because somebody else holds a field with another value than the manifest (${placesOf(findings)}): each says below who. Write the value that is there into the override files, or put the manifest's back and take the field over with ${code("helm upgrade RELEASE CHART --reset-then-reuse-values --server-side=true --force-conflicts")}; until then no upgrade repairs ${it}.`,
  ];
}

/** What people have changed, and no upgrade puts back. */
function handStep(all: readonly Finding[]): string[] {
  const findings = all.filter(isByHand);
  if (findings.length === 0) return [];
  const commands = findings.flatMap((finding) => commandFor(finding) ?? []).map((command) => code(command));
  return [
    `No upgrade puts back ${plural(findings.length, "change")} made by hand (${placesOf(findings)}): keep it by writing it into the override files, or take it back:${listed(commands)}`,
  ];
}

/** Certificates, MIG modes, keys: what lies beside Helm. */
function otherStep(all: readonly Finding[]): string[] {
  const findings = all.filter((finding) => !isByHand(finding));
  if (findings.length === 0) return [];
  const hints = findings.flatMap(({ hint }) => hint ?? []).map((hint) => withCode(clipped(hint, LONGEST)));
  return [
    `No upgrade repairs ${plural(findings.length, "difference")} (${placesOf(findings)}); each says below what does.${listed(hints)}`,
  ];
}

/** Each once, below each other, as far as anybody reads. */
function listed(texts: readonly string[]): string {
  const each = [...new Set(texts)];
  const more = each.length - MOST_COMMANDS;
  const shown = each.slice(0, MOST_COMMANDS).map((text) => `<br>→ ${text}`);
  return `${shown.join("")}${more > 0 ? `<br>and ${more} more, each with its difference` : ""}`;
}

function placesOf(findings: readonly Finding[]): string {
  return shortList([...new Set(findings.map(placeOf))].map(plainText), MOST_COMMANDS);
}
