import type { Rule } from "../model.ts";
import { additionalConfigName } from "./additional-config-name.ts";
import { angleBracketUrl } from "./angle-bracket-url.ts";
import { apiUrlForm } from "./api-url-form.ts";
import { cookieDomainForm } from "./cookie-domain-form.ts";
import { curlyQuotes } from "./curly-quotes.ts";
import { doubleEscapedQuote } from "./double-escaped-quote.ts";
import { duplicateKey } from "./duplicate-key.ts";
import { encryptedFile } from "./encrypted-file.ts";
import { envEmailUnquoted } from "./env-email-unquoted.ts";
import { envHashTruncates } from "./env-hash-truncates.ts";
import { envListShape } from "./env-list-shape.ts";
import { envNameIllegal } from "./env-name-illegal.ts";
import { envReservedChar } from "./env-reserved-char.ts";
import { envSubstitution } from "./env-substitution.ts";
import { envValueNotString } from "./env-value-not-string.ts";
import { fileVsFiles } from "./file-vs-files.ts";
import { gatewayKeyGeneration } from "./gateway-key-generation.ts";
import { githubExpression } from "./github-expression.ts";
import { hostOutsideCookieDomain } from "./host-outside-cookie-domain.ts";
import { implicitType } from "./implicit-type.ts";
import { ingressHostForm } from "./ingress-host-form.ts";
import { literalSecretInGit } from "./literal-secret-in-git.ts";
import { misindentedItem } from "./misindented-item.ts";
import { obsoleteGatewayKey } from "./obsolete-gateway-key.ts";
import { placeholderLeft } from "./placeholder-left.ts";
import { quantityForm } from "./quantity-form.ts";
import { queueName } from "./queue-name.ts";
import { requiredEmpty } from "./required-empty.ts";
import { routerAddress } from "./router-address.ts";
import { severalDocuments } from "./several-documents.ts";
import { streamSessionRename } from "./stream-session-rename.ts";
import { unknownKey } from "./unknown-key.ts";
import { unknownName } from "./unknown-name.ts";
import { valueForm } from "./value-form.ts";
import { valueShape } from "./value-shape.ts";
import { valueType } from "./value-type.ts";
import { wellKnownSecret } from "./well-known-secret.ts";
import { yamlSyntax } from "./yaml-syntax.ts";

/** Every rule, in the order of its number. A new rule is one new file and one line here. */
export const RULES: readonly Rule[] = [
  yamlSyntax,
  severalDocuments,
  valueShape,
  placeholderLeft,
  angleBracketUrl,
  doubleEscapedQuote,
  curlyQuotes,
  misindentedItem,
  envNameIllegal,
  duplicateKey,
  implicitType,
  envValueNotString,
  requiredEmpty,
  gatewayKeyGeneration,
  streamSessionRename,
  obsoleteGatewayKey,
  unknownKey,
  envEmailUnquoted,
  envListShape,
  envReservedChar,
  envHashTruncates,
  envSubstitution,
  additionalConfigName,
  wellKnownSecret,
  literalSecretInGit,
  fileVsFiles,
  hostOutsideCookieDomain,
  cookieDomainForm,
  ingressHostForm,
  apiUrlForm,
  routerAddress,
  quantityForm,
  queueName,
  unknownName,
  githubExpression,
  encryptedFile,
  valueType,
  valueForm,
];
