import { shownAddress } from "../address.ts";
import type { SmokeCheck, SmokeResult } from "../model.ts";
import type { Entrance } from "./entrance.ts";
import { factsOf, noHttp } from "./facts.ts";
import { pageWords } from "./reply.ts";

export const isProtected: SmokeCheck = {
  name: "protected",
  group: "outside",
  proves: "Who has no session is sent to the login, or refused.",
  after: ["dns", "answers"],
  async run(probe) {
    return (await noHttp(probe)) ?? judgeProtection(await factsOf(probe).entrance());
  },
};

/** Whether strangers are kept out. */
export function judgeProtection({ answer, location }: Entrance): SmokeResult {
  if (location)
    return { status: "pass", detail: `without a session: ${answer.status} to \`${shownAddress(location)}\`` };
  if (answer.status === 401 || answer.status === 403) {
    return { status: "pass", detail: `without a session: ${answer.status}` };
  }
  const isOpen = answer.status >= 200 && answer.status < 300;
  const page = pageWords(answer.text);
  return {
    status: "fail",
    detail: `expected a redirect to the login, 401 or 403 without a session, found ${answer.status}${page ? ` with "${page}"` : ""}`,
    hint: isOpen
      ? "everybody gets in: see whether this is the gateway, and whether its authorization is turned off in `router.extraEnvs` or `proxy`"
      : "see whether the gateway is what answers there, and the log of its proxy",
  };
}
