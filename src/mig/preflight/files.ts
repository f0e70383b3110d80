import type { Environment } from "../../environment/model.ts";
import { environmentReleases, lintScope } from "../../lint/engine.ts";
import type { Rule } from "../../lint/model.ts";
import { cdiVsVolumeMounts } from "../../lint/rules/tenants/cdi-vs-volume-mounts.ts";
import { cdmoLabel } from "../../lint/rules/tenants/cdmo-label.ts";
import { migManagerEnabled } from "../../lint/rules/tenants/mig-manager-enabled.ts";
import type { PreflightFinding } from "../../preflight/model.ts";

/** What lint knows of MIG: settings that fight CDMO, and its label misspelt. */
const RULES: readonly Rule[] = [migManagerEnabled, cdiVsVolumeMounts, cdmoLabel];

/** What the files of the environment set against CDMO, as lint says it: its severities, its suppressions. */
export function fileFindings(environment: Environment): PreflightFinding[] {
  const slugs = RULES.map(({ slug }) => slug);
  // The settings of other rules would be names of rules that are not there.
  const rules = Object.fromEntries(
    Object.entries(environment.lint.rules).filter(([slug]) => slugs.includes(slug)),
  );
  const own = { ...environment, lint: { ...environment.lint, rules } };
  const { findings } = lintScope({ environment: own, releases: environmentReleases(environment) }, RULES);
  return findings
    .filter(({ rule }) => slugs.includes(rule))
    .map(({ rule, severity, message, file, line, column, endLine, endColumn }) => ({
      check: rule,
      severity,
      message,
      at: { file, line, column, endLine, endColumn },
      kind: "input",
    }));
}
