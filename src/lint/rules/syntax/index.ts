import type { Rule, Unchecked } from "../../model.ts";
import { anchorRedefined } from "./anchor-redefined.ts";
import { angleBracketUrl } from "./angle-bracket-url.ts";
import { curlyQuotes } from "./curly-quotes.ts";
import { docMarker } from "./doc-marker.ts";
import { doubleEscapedQuote } from "./double-escaped-quote.ts";
import { duplicateKey } from "./duplicate-key.ts";
import { envNameIllegal } from "./env-name-illegal.ts";
import { envValueNotString } from "./env-value-not-string.ts";
import { implicitType } from "./implicit-type.ts";
import { mergeKeyOrder } from "./merge-key-order.ts";
import { misindentedItem } from "./misindented-item.ts";
import { mojibakeOrInvisible } from "./mojibake-or-invisible.ts";
import { placeholderLeft } from "./placeholder-left.ts";
import { requiredEmpty } from "./required-empty.ts";
import { severalDocuments } from "./several-documents.ts";
import { yamlSyntax } from "./yaml-syntax.ts";
import { yamlTypeSurprise } from "./yaml-type-surprise.ts";

/** Text copied from guides, YAML itself, and the shape of environment lists. */
export const SYNTAX_RULES: readonly Rule[] = [
  placeholderLeft,
  angleBracketUrl,
  doubleEscapedQuote,
  curlyQuotes,
  misindentedItem,
  envNameIllegal,
  mojibakeOrInvisible,
  duplicateKey,
  implicitType,
  envValueNotString,
  requiredEmpty,
  docMarker,
  yamlSyntax,
  severalDocuments,
  yamlTypeSurprise,
  anchorRedefined,
  mergeKeyOrder,
];

/** Traps of this kind that have no rule of their own. */
export const SYNTAX_UNCHECKED: readonly Unchecked[] = [
  {
    id: "Y2",
    slug: "duplicate-map-key",
    about: "A key stands twice in one map.",
    reason: "`duplicate-key` (L09) finds it.",
  },
];
