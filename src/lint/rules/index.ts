import type { Rule, Unchecked } from "../model.ts";
import { AGENTS_RULES, AGENTS_UNCHECKED } from "./agents/index.ts";
import { CHARTS_RULES, CHARTS_UNCHECKED } from "./charts/index.ts";
import { CLUSTER_RULES, CLUSTER_UNCHECKED } from "./cluster/index.ts";
import { COMMANDS_RULES, COMMANDS_UNCHECKED } from "./commands/index.ts";
import { HOSTS_RULES, HOSTS_UNCHECKED } from "./hosts/index.ts";
import { POLICIES_RULES, POLICIES_UNCHECKED } from "./policies/index.ts";
import { PORTS_RULES, PORTS_UNCHECKED } from "./ports/index.ts";
import { RENDERED_RULES, RENDERED_UNCHECKED } from "./rendered/index.ts";
import { SECRETS_RULES, SECRETS_UNCHECKED } from "./secrets/index.ts";
import { SETTINGS_RULES, SETTINGS_UNCHECKED } from "./settings/index.ts";
import { SUPPRESSION_RULES } from "./suppressions/index.ts";
import { SYNTAX_RULES, SYNTAX_UNCHECKED } from "./syntax/index.ts";
import { TENANTS_RULES, TENANTS_UNCHECKED } from "./tenants/index.ts";
import { VALUES_RULES, VALUES_UNCHECKED } from "./values/index.ts";

/** Every rule. A new rule is one new file and one line in the index of its folder. */
export const RULES: readonly Rule[] = [
  ...SYNTAX_RULES,
  ...VALUES_RULES,
  ...CHARTS_RULES,
  ...SETTINGS_RULES,
  ...SECRETS_RULES,
  ...HOSTS_RULES,
  ...PORTS_RULES,
  ...AGENTS_RULES,
  ...POLICIES_RULES,
  ...TENANTS_RULES,
  ...COMMANDS_RULES,
  ...RENDERED_RULES,
  ...CLUSTER_RULES,
  ...SUPPRESSION_RULES,
];

/** Known traps without a rule of their own. */
export const UNCHECKED: readonly Unchecked[] = [
  ...SYNTAX_UNCHECKED,
  ...VALUES_UNCHECKED,
  ...CHARTS_UNCHECKED,
  ...SETTINGS_UNCHECKED,
  ...SECRETS_UNCHECKED,
  ...HOSTS_UNCHECKED,
  ...PORTS_UNCHECKED,
  ...AGENTS_UNCHECKED,
  ...POLICIES_UNCHECKED,
  ...TENANTS_UNCHECKED,
  ...COMMANDS_UNCHECKED,
  ...RENDERED_UNCHECKED,
  ...CLUSTER_UNCHECKED,
];
