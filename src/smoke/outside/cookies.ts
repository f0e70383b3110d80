import { isBelow } from "../../lint/facts/hosts.ts";
import { valueAt } from "../../overrides/values.ts";
import type { Probe, SmokeCheck, SmokeResult, SmokeTarget } from "../model.ts";
import { hostOf, isAddress } from "./connection.ts";
import { factsOf, noHttp } from "./facts.ts";
import { readCookie, type SetCookie } from "./log-in.ts";

const SECURE = "ROUTER__HTTP__AUTHORIZATION__COOKIE__SECURE";
const SERVER = "the control plane's values";

export const cookieName = cookieCheck(
  "cookie-name",
  "The server's session cookie has the name that the gateway looks for (`clearml.authCookieName`).",
  (cookie, _, { target }) => judgeName(cookie, target.cookieName),
);

export const cookieDomain = cookieCheck(
  "cookie-domain",
  "Browsers send the server's session cookie to the gateway's host.",
  (cookie, apiHost, { target }) => judgeDomain(cookie, hostOf(target.url), apiHost),
);

export const cookieSecure = cookieCheck(
  "cookie-secure",
  "Over http no cookie asks for https.",
  async (cookie, _, probe) => {
    if (probe.target.url.protocol === "https:") {
      return { status: "skip", detail: "the gateway is https, where secure cookies are sent too" };
    }
    const blind = await noHttp(probe);
    if (blind) return blind;
    const { answer } = await factsOf(probe).entrance();
    const own = (answer.headers["set-cookie"] ?? []).map(readCookie);
    return judgeSecure(cookie, own, probe.target);
  },
);

/** Whether the server's cookie is the one the gateway looks for. */
export function judgeName({ name }: SetCookie, expected: string | undefined): SmokeResult {
  if (expected === undefined) {
    const detail = `the server's cookie is \`${name}\`; which one the gateway looks for is not known (\`clearml.authCookieName\`, input \`cookie-name\`)`;
    return { status: "info", detail };
  }
  if (name === expected) return { status: "pass", detail: `the server's cookie is \`${name}\`` };
  return {
    status: "fail",
    detail: `the gateway looks for the cookie \`${expected}\`, and the server's is \`${name}\`: the login is never seen`,
    hint: `set \`clearml.authCookieName\` in the gateway's values to \`${name}\`, or \`clearml.cookieName\` in ${SERVER} to \`${expected}\``,
  };
}

/** Whether browsers bring the cookie to the gateway. */
export function judgeDomain({ domain }: SetCookie, host: string, apiHost: string): SmokeResult {
  const own = apiHost.replace(/^\[|\]$/g, "");
  if (domain === undefined) {
    if (host === own) return { status: "pass", detail: "the server is on the same host" };
    return {
      status: "fail",
      detail: `the server's cookie has no domain: browsers send it to \`${own}\` alone, and not to \`${host}\``,
      hint: isAddress(host)
        ? "a cookie cannot name a domain above an IP address: give the gateway a name below the server's domain, or serve both at one address"
        : `set \`clearml.cookieDomain\` in ${SERVER} to a domain above \`${own}\` and \`${host}\``,
    };
  }
  const covers = isAddress(host) ? host === domain : isBelow(host, domain);
  if (covers) return { status: "pass", detail: `the server's cookie is for \`${domain}\`` };
  return {
    status: "fail",
    detail: `\`${host}\` is not below the domain of the server's cookie, \`${domain}\`: browsers do not send it the login`,
    hint: `give the gateway a host below \`${domain}\` (\`ingress.hostName\`), or set \`clearml.cookieDomain\` in ${SERVER} to a domain above both`,
  };
}

/** Whether cookies get through to a gateway that is reached over http. */
export function judgeSecure(
  cookie: SetCookie,
  own: readonly SetCookie[],
  { values }: Pick<SmokeTarget, "values">,
): SmokeResult {
  const fail = (detail: string, hint: string): SmokeResult => ({ status: "fail", detail, hint });
  const variable = secureVariable(values);
  if (variable !== undefined && variable !== "false") {
    const detail = `the gateway is http, and \`${SECURE}\` is ${JSON.stringify(variable)}: its cookie never comes back`;
    return fail(detail, `set it to "false" in \`router.extraEnvs\` of the gateway's values, or serve https`);
  }
  const written = own.find(({ secure }) => secure);
  if (written) {
    const detail = `the gateway is http, and sets the cookie \`${written.name}\` as secure: it never comes back`;
    return fail(detail, `add \`${SECURE}\` with "false" to \`router.extraEnvs\` of the gateway's values`);
  }
  if (!cookie.secure) return { status: "pass", detail: "the server's cookie is sent over http too" };
  return fail(
    `the gateway is http, and the server's cookie \`${cookie.name}\` is secure: browsers send it by https only`,
    `serve the gateway over https, or let the server set its cookie without Secure (in ${SERVER})`,
  );
}

/** The last of the variables with this name counts. */
function secureVariable(values: SmokeTarget["values"]): string | undefined {
  const list = valueAt(values, ["router", "extraEnvs"]);
  const own = Array.isArray(list) ? list.findLast((each) => valueAt(each, ["name"]) === SECURE) : undefined;
  const value = valueAt(own, ["value"]);
  return value === undefined || value === null ? undefined : String(value);
}

function cookieCheck(
  name: string,
  proves: string,
  judge: (cookie: SetCookie, apiHost: string, probe: Probe) => SmokeResult | Promise<SmokeResult>,
): SmokeCheck {
  const after = name === "cookie-secure" ? ["dns", "answers", "login"] : ["login"];
  return {
    ...{ name, group: "outside", proves, after },
    async run(probe) {
      const found = await factsOf(probe).login();
      if ("none" in found) return { status: "skip", detail: found.none };
      if (found.cookie) return judge(found.cookie, found.apiHost, probe);
      if (name !== "cookie-name") return { status: "skip", detail: "the server sets no session cookie" };
      return {
        status: "fail",
        detail: "expected auth.login to set a session cookie, found none",
        hint: "see whether a proxy in front of the API takes `Set-Cookie` away",
      };
    },
  };
}
