import type { NotChecked, Rule } from "../model.ts";

/** Rules that something kept from looking at all they decide from. */
export interface NotRun {
  /** Numbers of the rules. */
  rules: readonly string[];
  reason: string;
}

/** What there is to decide from, beside the files. */
export interface Evidence {
  environment?: unknown;
  commands?: unknown;
  rendered?: unknown;
  cluster?: unknown;
  notRun?: readonly NotRun[];
}

/** Rules that could not look at everything they decide from, each with the reason. */
export function notChecked(rules: readonly Rule[], evidence: Evidence): NotChecked[] {
  const reasons = new Map(evidence.notRun?.flatMap((each) => each.rules.map((id) => [id, each.reason])));
  return rules.flatMap((rule) => {
    const reason = reasons.get(rule.id) ?? missing(rule, evidence);
    if (reason === undefined) return [];
    const isPartly = rule.check !== undefined || rule.checkAll !== undefined;
    return [
      { id: rule.id, rule: rule.slug, reason: isPartly ? `${reason}; looked at the files only` : reason },
    ];
  });
}

function missing(rule: Rule, { environment, commands, rendered, cluster }: Evidence): string | undefined {
  if (rule.checkCluster && !cluster) return "no cluster was looked at";
  if (rule.checkRendered && !rendered) return "no chart was rendered";
  if (rule.checkCommands && !commands) return "no workflow or script was read";
  return rule.checkEnvironment && !environment ? "no environment file was linted" : undefined;
}
