import type { ChartSource } from "../../../catalogue/model.ts";
import { nearestName } from "../../../yaml/nearest.ts";
import {
  CHART_OWNERS,
  type ChartReference,
  chartReference,
  fieldPath,
  writtenField,
} from "../../facts/chart-reference.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const chartName: Rule = {
  id: "L19",
  slug: "chart-name",
  severity: "error",
  about: "The `chart` of a component is not a chart of this component, edition or repository.",
  why: "ClearML's charts were renamed with each generation: the gateway was `clearml-task-traffic-router`, then `clearml-enterprise-task-traffic-router`, and is `clearml-enterprise-app-gateway` since May 2025. A name of another generation is not in the repository, and the chart of another component installs something else under this one's name. Leave `chart` out to get the right one, or write the name given in the finding.",
  fixable: true,
  *check(release) {
    const reference = release.use && chartReference(release.use);
    if (!reference) return;
    const reason = aliasOf(reference, release) ?? wrongName(reference, release);
    if (reason) yield { ...reason, at: reference.at };
  },
};

/** `alias/name`, which only a Helm with that repository added understands. */
function aliasOf(reference: ChartReference, release: LintRelease): Omit<Hit, "at"> | undefined {
  if (reference.kind !== "alias" || release.contents) return undefined;
  return {
    message: `\`${reference.text}\` reads like a chart of \`helm repo add\`, but is taken for a folder`,
    hint: `write \`chart: ${reference.name}\`, and the address under \`repository\``,
    severity: "warning",
  };
}

function wrongName(reference: ChartReference, release: LintRelease): Omit<Hit, "at"> | undefined {
  const name = release.contents?.name ?? reference.name;
  if (name === undefined || reference.kind === "alias") return undefined;
  const own = ownCharts(release);
  if (own.some((chart) => chart.name === name)) return notInRepository(reference, release, own, name);
  const owner = CHART_OWNERS.get(name);
  if (owner !== undefined && owner !== release.id) {
    return {
      message: `\`${name}\` is the chart of \`${owner}\`, not of \`${release.id}\``,
      hint: own[0]
        ? `write \`${own[0].name}\`, or deploy \`${owner}\` instead`
        : `deploy \`${owner}\` instead`,
    };
  }
  if (owner === release.id) {
    return {
      message: `\`${name}\` is not the chart of the ${release.environment?.edition ?? "enterprise"} edition`,
      hint: own[0] ? `write \`${own[0].name}\`, or change \`edition\`` : "change `edition`",
    };
  }
  return unknownName(reference, release, own, name);
}

function ownCharts({ definition, environment }: LintRelease): ChartSource[] {
  return definition.charts.filter(
    ({ edition }) => edition === undefined || edition === (environment?.edition ?? "enterprise"),
  );
}

/** A name of this component that its repository had under another one. */
function notInRepository(
  { kind }: ChartReference,
  { use }: LintRelease,
  own: readonly ChartSource[],
  name: string,
): Omit<Hit, "at"> | undefined {
  const there = own.filter((chart) => chart.repository === use?.repository?.replace(/\/+$/, ""));
  if (kind !== "name" || there.length === 0 || there.some((chart) => chart.name === name)) return undefined;
  const known = there.map((chart) => `\`${chart.name}\``).join(" or ");
  return { message: `\`${name}\` is not in ${use?.repository}`, hint: `it has ${known}` };
}

/** A name nobody knows: surely wrong only where ClearML's own names are expected. */
function unknownName(
  { kind }: ChartReference,
  { use }: LintRelease,
  own: readonly ChartSource[],
  name: string,
): Omit<Hit, "at"> | undefined {
  const nearest = nearestName(
    name,
    own.map((chart) => chart.name),
  );
  const isTheirs =
    kind === "name" && (!use?.repository || own.some(({ repository }) => repository === use.repository));
  if (!use || (!nearest && !isTheirs) || own.length === 0) return undefined;
  const path = fieldPath(use, "chart");
  const canFix = nearest !== undefined && kind === "name" && writtenField(use, "chart") !== undefined;
  return {
    message: `\`${name}\` is not a chart of \`${use.id}\``,
    hint: nearest
      ? `did you mean \`${nearest}\`?`
      : `known: ${[...new Set(own.map((chart) => chart.name))].join(", ")}`,
    severity: isTheirs ? "error" : "warning",
    ...(canFix
      ? {
          fix: {
            description: `write \`${nearest}\``,
            changes: [{ source: use.source, kind: "value", path, to: nearest }],
          },
        }
      : {}),
  };
}
