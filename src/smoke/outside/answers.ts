import { UserError } from "../../core/errors.ts";
import { shownAddress } from "../address.ts";
import type { Probe, SmokeCheck, SmokeResult, SmokeTarget } from "../model.ts";
import { hostOf } from "./connection.ts";
import { type Entrance, looksLikeLogin } from "./entrance.ts";
import { factsOf, noHttp } from "./facts.ts";
import { isForeign, pageWords } from "./reply.ts";
import { triesText } from "./waiting.ts";

export const answers: SmokeCheck = {
  name: "answers",
  group: "outside",
  proves: "The gateway itself answers: no default backend, no broken one, no other site.",
  // What is wrong inside says why nothing answers.
  after: ["dns", "endpoints", "ingress", "node-port", "network-policy"],
  async run(probe) {
    const blind = await noHttp(probe);
    if (blind) return blind;
    const entrance = await factsOf(probe)
      .entrance()
      .catch((thrown: unknown) => unanswered(thrown, probe.context.env));
    return "status" in entrance ? entrance : judgeEntrance(entrance, probe.target);
  },
};

/** Facts of single connections cannot be had through a proxy. */
function unanswered(thrown: unknown, env: Probe["context"]["env"]): SmokeResult {
  const proxy = ["https_proxy", "HTTPS_PROXY"].find((name) => env[name]);
  if (!proxy || !(thrown instanceof UserError)) throw thrown;
  const hint = `the gateway is connected to directly, past the proxy of ${proxy}: run this test where it can be reached without`;
  return { status: "fail", detail: thrown.message, hint };
}

/** Whether it is the gateway that has answered. */
export function judgeEntrance(entrance: Entrance, target: SmokeTarget): SmokeResult {
  const { answer, waited, location } = entrance;
  const host = hostOf(target.url);
  const found = `${answer.status}${triesText(waited)}`;
  const fail = (detail: string, hint: string): SmokeResult => ({ status: "fail", detail, hint });
  if (entrance.circle) return fail(`redirects of \`${host}\` lead in a circle (${found})`, CIRCLE);
  if (answer.status >= 500) {
    const detail = `expected the gateway, found ${found} with "${pageWords(answer.text)}"`;
    return fail(detail, answer.status === 500 ? BROKEN : NOTHING_BEHIND);
  }
  if (answer.status === 404) {
    const detail = `expected the gateway, found ${found} with "${pageWords(answer.text)}": nothing is served at \`${host}\``;
    return fail(detail, target.nodePort ? WRONG_PORT : NO_INGRESS);
  }
  if (entrance.everybodys) {
    const detail = `expected the gateway, found the page "${pageWords(answer.text)}", which every host gets`;
    return fail(detail, NO_INGRESS);
  }
  if (location && isUpgrade(location, target.url)) {
    const hint = `test \`${location.origin}\`: input \`url\`, or \`externalURL\` in the gateway's values`;
    return fail(`the address is http, and leads to https`, hint);
  }
  if (location && isForeign(location, target) && !looksLikeLogin(location)) {
    const detail = `expected the gateway, found a redirect to another site, \`${shownAddress(location)}\``;
    return fail(detail, FOREIGN);
  }
  const ms = Math.round(answer.milliseconds);
  return { status: "pass", detail: `\`${host}\` answers ${found} in ${ms} ms` };
}

function isUpgrade(location: URL, url: URL): boolean {
  return url.protocol === "http:" && location.protocol === "https:" && location.hostname === url.hostname;
}

const CIRCLE =
  "look for a redirect in the annotations of the gateway's Ingress, or TLS that ends at a load balancer which speaks http with the ingress controller";
const BROKEN = "look at the log of the gateway's proxy and router containers";
const NOTHING_BEHIND =
  "the ingress controller finds no pod of the gateway that is ready: look at the gateway's Deployment, at the endpoints of its Service, and at network policies that keep the ingress controller out";
const NO_INGRESS =
  "the ingress controller knows no Ingress of this host: compare `ingress.hostName` and `ingress.ingressClassName` in the gateway's values with the Ingress in the tenant's namespace, and the DNS with its address";
const WRONG_PORT = "compare the port of `externalURL` with `service.nodePort` in the gateway's values";
const FOREIGN =
  "the DNS leads somewhere else, or a page for all hosts stands before the gateway: compare the record with the address of its Ingress";
