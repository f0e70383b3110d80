import { clipped, code, details, plainText, table } from "../core/markdown.ts";
import { type Colours, flowChart } from "../core/mermaid.ts";
import { plural } from "../core/plural.ts";
import { budgetText, type Verdict } from "./budget.ts";
import { type Fleet, type TenantState, WAVE_LABELS, WAVES, type WaveName } from "./model.ts";

/** GitHub takes 1 MiB of summary from a step. */
const MOST_ROWS = 2_000;
const LONGEST_MESSAGE = 300;

const COLOURS: Colours = {
  done: { fill: "#dafbe1", stroke: "#1a7f37" },
  failed: { fill: "#ffebe9", stroke: "#cf222e" },
  partly: { fill: "#ffe2c8", stroke: "#bc4c00" },
  waiting: { fill: "#eaeef2", stroke: "#8c959f", dashed: true },
};

const SIGNS: Readonly<Record<TenantState["state"], string>> = {
  failed: "❌",
  "no result": "❔",
  ok: "✅",
  waiting: "⏳",
};

/** A roll-out after one of its waves. */
export interface Progress {
  fleet: Fleet;
  states: readonly TenantState[];
  wave: WaveName;
  verdict: Verdict;
}

/** The section of the summary about a gate: the verdict, the waves as a picture, and how every tenant stands. */
export function gatePage(progress: Progress): string {
  const { states } = progress;
  const bad = states.filter(({ state }) => state === "failed" || state === "no result");
  const others = states.filter(({ state }) => state === "ok" || state === "waiting");
  const waiting = others.filter(({ state }) => state === "waiting").length;
  return [
    headline(progress),
    wavesPicture(progress),
    ...(bad.length > 0 ? [tenantTable(bad, MOST_ROWS)] : []),
    ...(others.length > 0
      ? [
          details(
            `${others.length - waiting} done, ${waiting} waiting`,
            tenantTable(others, Math.max(0, MOST_ROWS - bad.length)),
          ),
        ]
      : []),
  ].join("\n\n");
}

function headline({ fleet, wave, verdict: { done, failed, stop } }: Progress): string {
  const sign = stop !== undefined ? "🛑" : failed > 0 ? "⚠️" : "✅";
  const after = `wave ${code(WAVE_LABELS[wave])} of environment ${code(fleet.environment)}`;
  const share = done === 0 ? "" : ` (${((failed / done) * 100).toFixed(1)} %)`;
  const figures = `${plural(done, "tenant")} so far, **${failed} failed**${share}, error budget ${budgetText(fleet.budget)}.`;
  const end =
    stop === undefined
      ? wave === "rest"
        ? "The roll-out is through."
        : "The roll-out goes on."
      : `**The roll-out stops**: ${stop}.`;
  return `${sign} After ${after}: ${figures} ${end}`;
}

/** The waves that have tenants, one after the other. */
function wavesPicture({ states, verdict }: Progress): string {
  const names = WAVES.filter((wave) => states.some((state) => state.wave === wave));
  const nodes = names.map((wave, index) => {
    const own = states.filter((state) => state.wave === wave);
    const bad = own.filter(({ state }) => state === "failed" || state === "no result").length;
    const isWaiting = own.every(({ state }) => state === "waiting");
    const held = isWaiting && verdict.stop !== undefined ? "held back" : "waiting";
    return {
      id: wave,
      lines: [
        WAVE_LABELS[wave],
        plural(own.length, "tenant"),
        isWaiting ? held : bad > 0 ? `${bad} failed` : "done",
      ],
      colour: isWaiting ? "waiting" : bad === 0 ? "done" : bad === own.length ? "failed" : "partly",
      needs: names.slice(Math.max(0, index - 1), index),
    };
  });
  return flowChart(nodes, COLOURS);
}

function tenantTable(states: readonly TenantState[], most: number): string {
  const rows = states
    .slice(0, most)
    .map(({ tenant, wave, shard, state, outcome, gatewayUrl, message }) => [
      `${SIGNS[state]} ${code(tenant)}`,
      WAVE_LABELS[wave],
      String(shard),
      state === "ok" || state === "failed" ? plainText(outcome) : state,
      message ? plainText(clipped(message, LONGEST_MESSAGE)) : gatewayUrl ? plainText(gatewayUrl) : "",
    ]);
  const rest = states.length - rows.length;
  const lines = table(["Tenant", "Wave", "Job", "Outcome", ""], rows);
  return rest > 0 ? `${lines}\n\nand ${rest} more` : lines;
}
