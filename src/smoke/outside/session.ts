import { locationOf, shownAddress } from "../address.ts";
import type { Probe, SmokeCheck, SmokeResult } from "../model.ts";
import { type Answer, get } from "./connection.ts";
import { type Entrance, looksLikeLogin } from "./entrance.ts";
import { factsOf, noHttp } from "./facts.ts";
import { pageWords } from "./reply.ts";
import { distrust } from "./served-tls.ts";

export const session: SmokeCheck = {
  name: "session",
  group: "outside",
  proves: "Who has logged in gets through, with the cookie and with a token.",
  after: [
    ...["dns", "tls-chain", "tls-name", "answers", "protected", "login"],
    ...["cookie-name", "cookie-domain", "cookie-secure"],
  ],
  async run(probe) {
    const facts = factsOf(probe);
    const blind = await noHttp(probe);
    if (blind) return blind;
    const found = await facts.login();
    if ("none" in found) return { status: "skip", detail: found.none };
    const reason = distrust(await facts.tls());
    if (reason) return { status: "skip", detail: `no token is sent over TLS that is not trusted: ${reason}` };
    const { token, cookie } = found;
    const [entrance, byCookie, byToken] = await Promise.all([
      facts.entrance(),
      cookie ? bring(probe, { Cookie: `${cookie.name}=${cookie.value}` }) : undefined,
      bring(probe, { Authorization: `Bearer ${token}` }),
    ]);
    return judgeSession(
      { ...(byCookie ? { cookie: byCookie } : {}), token: byToken },
      probe.target.url,
      entrance,
    );
  },
};

function bring({ target, signal }: Probe, headers: Record<string, string>): Promise<Answer> {
  return get(target.url, { signal, headers });
}

/** Whether those who have logged in get through. */
export function judgeSession(
  { cookie, token }: { cookie?: Answer; token: Answer },
  url: URL,
  stranger: Pick<Entrance, "location">,
): SmokeResult {
  const ways = [{ way: "token", answer: token }, ...(cookie ? [{ way: "cookie", answer: cookie }] : [])].map(
    ({ way, answer }) => ({ way, answer, refusal: refusalOf(answer, url, stranger) }),
  );
  const refused = ways.filter(({ refusal }) => refusal);
  if (refused.length === 0) {
    const detail = ways.map(({ way, answer }) => `with the ${way}: ${answer.status}`).join("; ");
    return { status: "pass", detail };
  }
  const detail = ways
    .map(({ way, answer, refusal }) => `with the ${way}: ${refusal ?? `${answer.status}, which is right`}`)
    .join("; ");
  const broken = refused.some(({ answer }) => answer.status >= 500);
  return { status: "fail", detail, hint: broken ? BROKEN : hintFor(refused.map(({ way }) => way)) };
}

/** How somebody with a session was turned away; undefined when not. An own 404 is no refusal: he was let in. */
function refusalOf(answer: Answer, url: URL, stranger: Pick<Entrance, "location">): string | undefined {
  const { status } = answer;
  const location = locationOf(answer, url);
  if (location) {
    const toLogin =
      looksLikeLogin(location) ||
      (stranger.location && shownAddress(stranger.location) === shownAddress(location));
    return toLogin ? `${status} to the login, \`${shownAddress(location)}\`` : undefined;
  }
  if (status < 500 && status !== 401 && status !== 403) return undefined;
  const page = pageWords(answer.text);
  return `${status}${page ? ` with "${page}"` : ""}`;
}

const BROKEN = "look at the log of the gateway's proxy and router containers";

function hintFor(refused: readonly string[]): string {
  if (refused.length > 1) {
    return "the gateway does not accept what the server has signed, or this user may not use it: see whether both belong to the same server and tenant, whether `clearml.apiServerUrlReference` is right, and, for the task traffic router, whether `clearml.jwksKey` equals the server's `secure_auth_token_secret`";
  }
  return refused[0] === "cookie"
    ? "the token gets through and the cookie does not: see whether the running gateway has the `clearml.authCookieName` of its values (AUTH_COOKIE_NAME of its pod), and whether a proxy in front takes cookies away"
    : "the cookie gets through and the token does not: see whether a proxy in front of the gateway takes the `Authorization` header away";
}
