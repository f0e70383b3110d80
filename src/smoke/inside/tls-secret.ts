import { resourcePath } from "../../kubernetes/objects.ts";
import { judgeTlsSecret, tlsKeyOf } from "../../kubernetes/tls-secret.ts";
import type { SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";
import { covers, hostOf, type IngressSpec, isFor, specOf } from "./ingress.ts";

export const tlsSecret = insideCheck({
  name: "tls-secret",
  proves:
    "The TLS secret of the Ingress holds a certificate for the host with days left, and the key that fits.",
  after: ["ingress"],
  async run(gateway, { target, options, context }) {
    if (target.nodePort)
      return { status: "skip", detail: "the gateway is reached at a port of the nodes, without an Ingress" };
    const host = hostOf(target.url);
    const serving = (await gateway.ingresses()).find((each) => isFor(specOf(each), host));
    if (!serving) return { status: "skip", detail: "the gateway has no Ingress" };
    const name = secretFor(specOf(serving), host);
    if (name === undefined) return withoutSecret(target.url);
    const path = resourcePath("v1", "Secret", gateway.namespace, name);
    const secret = await gateway.kubernetes.get(path);
    context.secrets.mask(tlsKeyOf(secret));
    return judgeTlsSecret({
      name: `${gateway.namespace}/${name}`,
      secret,
      hosts: [host],
      days: options.tlsDays,
      now: Date.now(),
    });
  },
});

/** The Secret for a host: an entry without hosts is for all. Undefined when no entry names one. */
export function secretFor({ tls = [] }: IngressSpec, host: string): string | undefined {
  return tls.find(({ hosts = [] }) => hosts.length === 0 || hosts.some((each) => covers(each, host)))
    ?.secretName;
}

function withoutSecret(url: URL): SmokeResult {
  if (url.protocol === "http:") return { status: "skip", detail: "the gateway is opened without TLS" };
  return {
    status: "info",
    detail:
      "the Ingress names no TLS secret for the host: the controller serves its default certificate, or TLS ends before it",
    hint: "set `ingress.tlsSecretName` of the gateway unless that is so on purpose",
  };
}
