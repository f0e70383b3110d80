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
  ...keys("services.auth.default_groups.*", ["id", "name"], "string"),
  ...keys("services.auth.default_groups.*", ["assignable", "system"], "boolean"),
  key("services.workers.resource_usages.supervisor_company", "string"),
  ...keys("secure.credentials.*", ["role", "email"], "string"),
  key("secure.credentials.*.allow_login", "boolean"),
  key("secure.credentials.*.sec_groups", "list"),
  ...keys("secure.credentials.*", ["user_key", "user_secret"], "string", { secret: true }),
  key("secure.auth.token_secret", "string", { secret: true }),
  key("secure.http.session_secret.apiserver", "string", { secret: true }),
  key("apiserver.auth.credentials.default_expiration_sec", "integer"),
  key("apiserver.auth.fixed_users.enabled", "boolean"),
  ...keys("secure.fixed_user_providers.ldap", ["dn"], "string"),
  key("secure.fixed_user_providers.ldap.password", "string", { secret: true }),
  key("secure.login.sso.oauth_client.*.client_id", "string"),
  key("secure.login.sso.oauth_client.*.client_secret", "string", { secret: true }),
  ...keys(
    "services.login.sso.oauth_client.*",
    ["base_url", "authorize_url", "access_token_url", "audience"],
    "string",
  ),
  key("services.login.sso.oauth_client.*.idp_logout", "boolean"),
  ...keys(
    "services.login.sso.oauth_client.*.groups",
    ["enabled", "case_sensitive", "prohibit_user_signup_if_not_in_group"],
    "boolean",
  ),
  key("services.login.sso.oauth_client.*.groups.admins", "list"),
  ...keys("services.login.sso", ["tenant_login", "allow_settings_providers"], "boolean"),
  key("services.login.email_filters.allowed", "list"),
  key("hosts.kafka.*.host", "list"),
  ...keys("secure.kafka.*", ["security_protocol", "sasl_mechanism", "sasl_plain_username"], "string"),
  key("secure.kafka.*.sasl_plain_password", "string", { secret: true }),
  key("apiserver.company.unique_names", "boolean"),
  key("apiserver.mongo.ensure_db_version_on_startup", "boolean"),
  key("billing.enabled", "boolean"),
  key("services.custom_events.enabled", "boolean"),
];

/** Settings the server's chart gives the API server itself, and where its values take them from. */
export const CHART_SETTINGS: Readonly<Record<string, string>> = {
  "apiserver.auth.session_auth_cookie_name": "clearml.cookieName",
  "apiserver.auth.cookies.domain": "clearml.cookieDomain",
  "apiserver.default_company_name": "clearml.defaultCompany",
  "secure.auth.token_secret": "clearml.secureAuthTokenSecret",
  "secure.credentials.apiserver.user_key": "clearml.apiserverKey",
  "secure.credentials.apiserver.user_secret": "clearml.apiserverSecret",
  "secure.credentials.tests.user_key": "clearml.testUserKey",
  "secure.credentials.tests.user_secret": "clearml.testUserSecret",
};

/** Users of `secure.credentials` that the server's own files define: a file need not repeat all of them. */
export const SERVER_USERS: readonly string[] = [
  ...["apiserver", "webserver", "fileserver", "services_agent", "tests"],
  "platform_management",
];

/** Groups the server has of itself. */
export const SERVER_GROUPS: readonly string[] = ["users", "admins", "queue_admins"];

/** What an organisation or a group may be allowed. */
export const FEATURES: readonly string[] = [
  ...["user_management", "user_management_advanced", "permissions", "applications", "app_management"],
  ...["queue_management", "data_management", "config_vault", "pipelines", "reports", "resource_dashboard"],
  ...["sso_management", "service_users", "resource_policy", "model_serving"],
  ...["show_dashboard", "show_model_view", "show_projects", "show_orchestration", "show_datasets"],
];

/** Features of the past: allowed, without effect. */
export const RETIRED_FEATURES: readonly string[] = ["experiments", "queues"];

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
