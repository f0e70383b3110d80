import { callsOf } from "../../commands/calls.ts";
import type { Rule } from "../../model.ts";

const IMPERSONATE = /^x-(?:clearml|trains)-impersonate-as:\s*\S/i;
const ACT_AS = /^x-(?:clearml|trains)-act-as:\s*\S/i;

export const headerPair: Rule = {
  id: "L127",
  slug: "header-pair",
  severity: "warning",
  about:
    "One call of the ClearML API carries both headers that stand for another user; the server refuses it.",
  why: "`X-Clearml-Impersonate-As` acts with the other user's role and company, `X-Clearml-Act-As` with their identity and the caller's own role. Together the server answers 400 with subcode 5. Use Impersonate-As to make credentials and queues, Act-As for the `login` calls.",
  *checkCommands(commands) {
    for (const call of callsOf(commands)) {
      const impersonate = call.args.find(({ text }) => IMPERSONATE.test(withoutOption(text)));
      const actAs = call.args.find(({ text }) => ACT_AS.test(withoutOption(text)));
      if (!impersonate || !actAs) continue;
      const [first, second] = impersonate.start < actAs.start ? [impersonate, actAs] : [actAs, impersonate];
      yield {
        message: "`X-Clearml-Impersonate-As` and `X-Clearml-Act-As` in one call: the server answers 400/5",
        hint: "keep Impersonate-As for credentials and queues, Act-As for `login` calls",
        at: call.at(second),
        related: [{ at: call.at(first), message: "the other header" }],
      };
    }
  },
};

/** The header of `-HName: value` and `--header=Name: value`. */
function withoutOption(text: string): string {
  return text.replace(/^(?:-H|--header=)/, "");
}
