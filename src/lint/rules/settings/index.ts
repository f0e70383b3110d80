import type { Rule, Unchecked } from "../../model.ts";
import { additionalConfigName } from "./additional-config-name.ts";
import { additionalConfigShadowed } from "./additional-config-shadowed.ts";
import { billingIncomplete } from "./billing-incomplete.ts";
import { configPathUnmatched } from "./config-path-unmatched.ts";
import { credentialBlockIncomplete } from "./credential-block-incomplete.ts";
import { credentialExpiry } from "./credential-expiry.ts";
import { envBoolForm } from "./env-bool-form.ts";
import { envCaseDuplicate } from "./env-case-duplicate.ts";
import { envEmailUnquoted } from "./env-email-unquoted.ts";
import { envHashTruncates } from "./env-hash-truncates.ts";
import { envListShape } from "./env-list-shape.ts";
import { envNeverRead } from "./env-never-read.ts";
import { envNumericCoercion } from "./env-numeric-coercion.ts";
import { envPrefixTypo } from "./env-prefix-typo.ts";
import { envRepeated } from "./env-repeated.ts";
import { envReservedChar } from "./env-reserved-char.ts";
import { envSubstitution } from "./env-substitution.ts";
import { esEnvReplaced } from "./es-env-replaced.ts";
import { externalDbIncomplete } from "./external-db-incomplete.ts";
import { featureName } from "./feature-name.ts";
import { fixedUsersPlaintext } from "./fixed-users-plaintext.ts";
import { groupDefinition } from "./group-definition.ts";
import { ssoIncomplete } from "./sso-incomplete.ts";
import { ssoProviderNameSplit } from "./sso-provider-name-split.ts";
import { supervisorCompany } from "./supervisor-company.ts";
import { uiFeaturesLegacy } from "./ui-features-legacy.ts";
import { webserverEnvJson } from "./webserver-env-json.ts";

/** Settings of the API server and the web server in environment variables and configuration files. */
export const SETTINGS_RULES: readonly Rule[] = [
  envEmailUnquoted,
  envListShape,
  envReservedChar,
  envHashTruncates,
  envNumericCoercion,
  envBoolForm,
  envSubstitution,
  envCaseDuplicate,
  envPrefixTypo,
  credentialBlockIncomplete,
  additionalConfigName,
  additionalConfigShadowed,
  fixedUsersPlaintext,
  webserverEnvJson,
  ssoProviderNameSplit,
  ssoIncomplete,
  groupDefinition,
  featureName,
  uiFeaturesLegacy,
  billingIncomplete,
  esEnvReplaced,
  externalDbIncomplete,
  supervisorCompany,
  credentialExpiry,
  envRepeated,
  configPathUnmatched,
  envNeverRead,
];

/** Traps of this kind that have no rule of their own. */
export const SETTINGS_UNCHECKED: readonly Unchecked[] = [
  {
    id: "L41",
    slug: "removed-credential-user",
    about: "A user taken out of `secure.credentials` loses its account when the server starts next.",
    reason: "it is about the change, not about the file: the plan of a deployment shows it",
  },
  {
    id: "L50",
    slug: "feature-not-enabled",
    about: "A feature given to a group has no effect unless the organisation has it.",
    reason: "what a licence allows, and what a company was given when it was made, no file says",
  },
];
