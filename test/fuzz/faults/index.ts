import { HOSTS_OPERATORS } from "./hosts.ts";
import type { Operator, Spot } from "./model.ts";
import { SECRETS_OPERATORS } from "./secrets.ts";
import { SETTINGS_OPERATORS } from "./settings.ts";
import { SPOTS } from "./spots.ts";
import { SYNTAX_OPERATORS } from "./syntax.ts";
import { VALUES_OPERATORS } from "./values.ts";

export const OPERATORS: readonly Operator[] = [
  ...SYNTAX_OPERATORS,
  ...VALUES_OPERATORS,
  ...SETTINGS_OPERATORS,
  ...SECRETS_OPERATORS,
  ...HOSTS_OPERATORS,
];

export const ALL_SPOTS: readonly Spot[] = SPOTS;
