import type { ErrorBudget, TenantState } from "./model.ts";

const FORM = /^(\d+(?:\.\d+)?)\s*(%?)$/;

/** `2 %` of the tenants deployed so far, or `3` tenants; undefined when the text is neither. */
export function parseBudget(text: string): ErrorBudget | undefined {
  const [, number, percent] = FORM.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  const value = Number(number);
  if (percent) return value <= 100 ? { kind: "percent", value } : undefined;
  return Number.isInteger(value) ? { kind: "count", value } : undefined;
}

/** How many of so many tenants may fail. */
export function allowedFailures({ kind, value }: ErrorBudget, tenants: number): number {
  // Rounded first: 7 % of 100 is 7.000000000000001 to a computer.
  return kind === "count" ? value : Math.floor(Number(((value / 100) * tenants).toFixed(6)));
}

/** The budget in words. */
export function budgetText({ kind, value }: ErrorBudget): string {
  return kind === "count" ? String(value) : `${value} %`;
}

/** Whether a roll-out may go on. */
export interface Verdict {
  /** Tenants whose wave is over, and how many of them failed. */
  done: number;
  failed: number;
  allowed: number;
  /** Why it must stop; undefined when it may go on. */
  stop?: string;
}

/** Weighs the failures of all waves so far. A canary that failed stops every roll-out, whatever the budget says. */
export function weigh(states: readonly TenantState[], budget: ErrorBudget): Verdict {
  const over = states.filter(({ state }) => state !== "waiting");
  const bad = over.filter(({ state }) => state !== "ok");
  const figures = { done: over.length, failed: bad.length, allowed: allowedFailures(budget, over.length) };
  const canaries = bad.filter(({ wave }) => wave === "canary").map(({ tenant }) => `\`${tenant}\``);
  if (canaries.length > 0) return { ...figures, stop: `a canary failed: ${canaries.join(", ")}` };
  if (figures.failed <= figures.allowed) return figures;
  return {
    ...figures,
    stop: `${figures.failed} of ${figures.done} tenants failed, and the error budget is ${budgetText(budget)}`,
  };
}
