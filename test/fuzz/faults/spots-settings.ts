import { type Spot, type SpotArguments, spotsOf } from "./model.ts";

const FILE = "overrides/control-plane.yaml";
const spot = (...rest: SpotArguments) => spotsOf("settings")(FILE, ...rest);
/** A variable more, before the first. */
const FIRST = "    - name: CLEARML__apiserver__company__unique_names\n";
const added = (name: string, value: string) => `    - name: ${name}\n      value: ${value}\n${FIRST}`;
const more = (what: string, rules: string[], name: string, value: string, part: "name" | "value" = "value") =>
  spot(what, rules, FIRST, added(name, value), {
    text: part === "name" ? `- name: ${name}` : `value: ${value}`,
  });

/** Settings of the API server and the web server, and secrets among them. */
export const SETTING_SPOTS: readonly Spot[] = [
  more(
    "a number where a text belongs",
    ["env-numeric-coercion"],
    "CLEARML__secure__credentials__other__user_key",
    '"00123456"',
  ),
  spot(
    "a switch that is a text",
    ["env-bool-form"],
    'allow_login\n      value: "true"',
    'allow_login\n      value: "\\"false\\""',
    { text: 'value: "\\"false' },
  ),
  more(
    "a substitution",
    ["env-substitution"],
    "CLEARML__services__login__sso__oauth_client__okta__base_url",
    '"https://x/$${HOME}"',
  ),
  more("one setting under two names", ["env-case-duplicate"], "CLEARML__billing__ENABLED", '"false"', "name"),
  more("a single underscore", ["env-prefix-typo"], "CLEARML_secure__auth__x", '"1"', "name"),
  more("three underscores", ["env-prefix-typo"], "CLEARML___billing__x", '"1"', "name"),
  more("an end of underscores", ["env-prefix-typo"], "CLEARML__billing__x__", '"1"', "name"),
  spot(
    "a credential without a role",
    ["credential-block-incomplete"],
    "    - name: CLEARML__secure__credentials__supervisor__role\n      value: system\n",
    "",
    { text: "- name: CLEARML__secure__credentials__supervisor__allow_login" },
  ),
  spot(
    "a credential without its secret",
    ["credential-block-incomplete"],
    "    - name: CLEARML__secure__credentials__supervisor__user_secret\n      value: '\"${SUPERVISOR_SECRET}\"'\n",
    "",
    { text: "- name: CLEARML__secure__credentials__supervisor__role" },
  ),
  spot(
    "a notice that is no JSON",
    ["webserver-env-json"],
    "value: '\"Authorised users only\"'",
    "value: Authorised users only",
  ),
  spot(
    "a provider split in two",
    ["sso-provider-name-split", "sso-incomplete"],
    "CLEARML__secure__login__sso__oauth_client__keycloak__client_id",
    "CLEARML__secure__login__sso__oauth_client__key_cloak__client_id",
  ),
  spot(
    "a provider without its secret",
    ["sso-incomplete"],
    "    - name: CLEARML__secure__login__sso__oauth_client__keycloak__client_secret\n      value: '\"${SSO_CLIENT_SECRET}\"'\n",
    "",
    { text: "- name: CLEARML__secure__login__sso__oauth_client__keycloak__client_id" },
  ),
  spot(
    "a realm that is missing",
    ["sso-incomplete"],
    'https://sso.example.com/realms/ml/"',
    'https://sso.example.com/"',
    { text: 'https://sso.example.com/"' },
  ),
  more(
    "a group without its fields",
    ["group-definition"],
    "CLEARML__services__auth__default_groups__labs__features",
    "'[\"applications\"]'",
    "name",
  ),
  more(
    "an id that is none",
    ["group-definition"],
    "CLEARML__services__auth__default_groups__labs__id",
    "'\"abcd-1234\"'",
  ),
  spot(
    "a feature nobody knows",
    ["feature-name"],
    '["applications", "show_projects"]',
    '["aplications", "show_projects"]',
  ),
  more(
    "a role's features of old",
    ["ui-features-legacy"],
    "CLEARML__services__auth__ui_features_per_role__user__show_datasets",
    '"false"',
    "name",
  ),
  spot(
    "billing without its mechanism",
    ["billing-incomplete"],
    "    - name: CLEARML__SECURE__KAFKA__BILLING__sasl_mechanism\n      value: SCRAM-SHA-256\n",
    "",
    { text: "- name: CLEARML__billing__enabled" },
  ),
  more(
    "a set-up of the search engine replaced",
    ["env-repeated"],
    "CLEARML__billing__enabled",
    '"true"',
    "name",
  ),
  more("a prefix of long ago", ["env-never-read"], "ALLEGRO__billing__x", '"1"', "name"),
  more(
    "credentials that expire",
    ["credential-expiry"],
    "CLEARML__apiserver__auth__credentials__default_expiration_sec",
    '"3600"',
    "name",
  ),
  spot(
    "a company that is none",
    ["supervisor-company", "value-form"],
    '"d1bd92a3b039400cbafc60a7a5b1e52b"',
    '"the-company"',
  ),
  spot(
    "a mongo password that breaks its URI",
    ["uri-password"],
    "clearmlApplications:\n",
    "externalServices:\n  mongodbConnectionStringAuth: mongodb://user:p@ss/w@mongo.example.com:27017/auth\nclearmlApplications:\n",
    { text: "mongodbConnectionStringAuth" },
  ),
  spot(
    "two sources of configuration",
    ["additional-config-shadowed"],
    "  additionalConfigs:\n",
    "  existingAdditionalConfigsConfigMap: server-configs\n  additionalConfigs:\n",
    { text: "  additionalConfigs:" },
  ),
  spot(
    "users in plain text",
    ["fixed-users-plaintext"],
    '      login { notice: "Authorised users only" }\n',
    '      auth { fixed_users { enabled: true, pass_hashed: false, users: [{ username: "jane", password: "12345678", name: "Jane" }] } }\n',
    { text: "auth { fixed" },
  ),
]; // prettier-ignore
