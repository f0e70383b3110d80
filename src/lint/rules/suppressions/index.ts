import type { Rule } from "../../model.ts";

/** A comment that silences a rule, and is none itself. */
export const SUPPRESSION_INVALID: Rule = {
  id: "U1",
  slug: "suppression-invalid",
  severity: "error",
  about:
    "A suppression names no rule that exists, gives no reason, or has a date that is none: it silences nothing.",
  why: "A finding is silenced by `# clearml-lint-ignore <rule> <reason> until=YYYY-MM-DD` on its line or the one above. Without a reason nobody can later tell an accepted risk from a forgotten one. Name the rule by its slug or number, several parted by commas, and say why.",
};

/** A comment whose time is over. */
export const SUPPRESSION_EXPIRED: Rule = {
  id: "U2",
  slug: "suppression-expired",
  severity: "error",
  about: "The day until which a finding was to be ignored is over.",
  why: "The day was set so that somebody looks again. What was silenced is reported again beside this. Repair it, or give the suppression a new day and a reason that still holds.",
};

/** A comment that silences nothing. */
export const SUPPRESSION_UNUSED: Rule = {
  id: "U3",
  slug: "suppression-unused",
  severity: "warning",
  about: "A suppression silences a finding that is no longer there, and would hide the next one.",
  why: "What was wrong here has been repaired, or stands on another line. Left in place, the comment hides the next mistake of this kind on this line. Remove it, or move it to the line of the finding.",
};

/** What is wrong with suppressions. They are found when the findings of all other rules are known. */
export const SUPPRESSION_RULES: readonly Rule[] = [
  SUPPRESSION_INVALID,
  SUPPRESSION_EXPIRED,
  SUPPRESSION_UNUSED,
];
