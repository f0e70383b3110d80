import type { Rule, Unchecked } from "../../model.ts";
import { credentialSharedAcrossTenants } from "./credential-shared-across-tenants.ts";
import { defaultSecretKept } from "./default-secret-kept.ts";
import { jwksMismatch } from "./jwks-mismatch.ts";
import { literalSecretInGit } from "./literal-secret-in-git.ts";
import { publicChartPullSecretOff } from "./public-chart-pull-secret-off.ts";
import { publishedSecret } from "./published-secret.ts";
import { redisPasswordMismatch } from "./redis-password-mismatch.ts";
import { secretInText } from "./secret-in-text.ts";
import { secretLikeValue } from "./secret-like-value.ts";
import { systemKeyInTenant } from "./system-key-in-tenant.ts";
import { uriPassword } from "./uri-password.ts";
import { weakSecret } from "./weak-secret.ts";
import { wellKnownSecret } from "./well-known-secret.ts";
import { wrongRegistryUser } from "./wrong-registry-user.ts";

/** Secrets in files. */
export const SECRETS_RULES: readonly Rule[] = [
  wellKnownSecret,
  literalSecretInGit,
  weakSecret,
  credentialSharedAcrossTenants,
  systemKeyInTenant,
  jwksMismatch,
  redisPasswordMismatch,
  wrongRegistryUser,
  publicChartPullSecretOff,
  secretInText,
  publishedSecret,
  uriPassword,
  secretLikeValue,
  defaultSecretKept,
];

/** Traps of this kind that have no rule of their own. */
export const SECRETS_UNCHECKED: readonly Unchecked[] = [
  {
    id: "L62",
    slug: "kafka-password-mismatch",
    about: "The API server's password for the billing Kafka must be the one of the billing chart.",
    reason: "which keys of the billing chart hold it is not public; the chart is handed over as a file",
  },
  {
    id: "L63",
    slug: "token-secret-change",
    about: "A changed signing secret ends every session; changed keys must reach all their users at once.",
    reason: "it is about the change, not about the file: the plan of a deployment shows it",
  },
];
