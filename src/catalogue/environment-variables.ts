import type { ValueRule } from "./model.ts";
import { key, keys } from "./rows.ts";

/**
 * Settings of the API server that arrive as environment variables: `CLEARML__a__b` is the path `a.b`, lower-cased
 * (`apiserver/config/basic.py` of clearml-server). `*` stands for one part.
 */
export const API_SERVER_SETTINGS: readonly ValueRule[] = [
  key("services.organization.features.*", "boolean"),
  key("services.auth.ui_features_per_role.*.*", "boolean"),
  key("services.auth.default_groups.*.features", "list"),
  ...keys("services.auth.default_groups.*", ["assignable", "system"], "boolean"),
  ...keys("secure.credentials.*", ["role", "email"], "string"),
  key("secure.credentials.*.allow_login", "boolean"),
  key("secure.credentials.*.sec_groups", "list"),
  ...keys("secure.credentials.*", ["user_key", "user_secret"], "string", { secret: true }),
  key("secure.auth.token_secret", "string", { secret: true }),
  key("secure.http.session_secret.apiserver", "string", { secret: true }),
  ...keys("secure.fixed_user_providers.ldap", ["dn"], "string"),
  key("secure.fixed_user_providers.ldap.password", "string", { secret: true }),
  key("secure.login.sso.oauth_client.*.client_secret", "string", { secret: true }),
  key("services.login.sso.oauth_client.*.groups.admins", "list"),
  key("services.login.email_filters.allowed", "list"),
  key("hosts.kafka.*.host", "list"),
  key("secure.kafka.*.sasl_plain_password", "string", { secret: true }),
  key("apiserver.company.unique_names", "boolean"),
  key("billing.enabled", "boolean"),
];

/** Prefixes in the order they are applied; the later wins. */
export const SETTING_PREFIXES = ["TRAINS__", "CLEARML__"] as const;

/** The setting a variable sets; undefined when it sets none. */
export function settingPath(name: string): string | undefined {
  const prefix = SETTING_PREFIXES.find((each) => name.startsWith(each));
  return prefix && name.slice(prefix.length).replaceAll("__", ".").toLowerCase();
}

/** The rule of a setting; undefined when nothing is known about it. */
export function settingRule(path: string): ValueRule | undefined {
  const parts = path.split(".");
  return API_SERVER_SETTINGS.find((rule) => {
    const expected = rule.path.split(".");
    return (
      expected.length === parts.length &&
      expected.every((part, index) => part === "*" || part === parts[index])
    );
  });
}

/** Variables of other components whose value is a secret. */
const SECRET_VARIABLES = new Set(["CLEARML_AGENT_REDIS_PASSWORD", "CLEARML_API_SECRET_KEY"]);

/** Whether the value of an environment variable is a secret. */
export function isSecretVariable(name: string): boolean {
  const path = settingPath(name);
  return SECRET_VARIABLES.has(name) || (path !== undefined && settingRule(path)?.secret === true);
}
