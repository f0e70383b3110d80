import { locationOf, shownAddress } from "../address.ts";
import type { SmokeCheck, SmokeResult } from "../model.ts";
import { type Answer, get, hostOf, portOf, portState } from "./connection.ts";

const HTTP_PORT = 80;

export const httpRedirect: SmokeCheck = {
  name: "http-redirect",
  group: "outside",
  proves: "http leads to https on the same host, so that no session crosses the network in the clear.",
  after: ["dns", "answers"],
  async run({ target, signal }) {
    const { url } = target;
    const skip = (detail: string): SmokeResult => ({ status: "skip", detail });
    if (url.protocol !== "https:") return skip("the address is http, without TLS");
    if (portOf(url) !== 443) return skip(`nobody knows where http is for port ${portOf(url)} of https`);
    const plain = new URL(url.href);
    plain.protocol = "http:";
    const state = await portState(hostOf(url), HTTP_PORT);
    if (state !== "open") {
      const detail = `port ${HTTP_PORT} is ${state}: nothing is served without TLS, and people must type https`;
      return { status: "info", detail };
    }
    return judgeRedirect(await get(plain, { signal }), plain, url);
  },
};

/** Whether an answer over http leads to https and nowhere else. */
export function judgeRedirect(answer: Pick<Answer, "status" | "headers">, plain: URL, url: URL): SmokeResult {
  const location = locationOf(answer, plain);
  const found = location ? `${answer.status} to \`${shownAddress(location)}\`` : `${answer.status}`;
  if (location?.origin === url.origin) return { status: "pass", detail: `http gets ${found}` };
  return {
    status: "fail",
    detail: `expected http to lead to \`${url.origin}\`, found ${found}`,
    hint: "turn the redirect on in `ingress.annotations` of the gateway's values (nginx: `nginx.ingress.kubernetes.io/ssl-redirect`; it needs `ingress.tlsSecretName`), or at the load balancer that ends TLS",
  };
}
