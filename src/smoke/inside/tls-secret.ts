import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { plural } from "../../core/plural.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import type { SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";
import { covers, hostOf, type IngressSpec, isFor, specOf } from "./ingress.ts";

const DAY_MS = 86_400_000;
const TYPE = "kubernetes.io/tls";

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
    context.secrets.mask(textOf(secret, "tls.key"));
    return judgeTlsSecret({
      name: `${gateway.namespace}/${name}`,
      secret,
      host,
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

interface Found {
  /** With its namespace. */
  name: string;
  secret: KubernetesObject | undefined;
  host: string;
  /** Fewer left are too few. */
  days: number;
  now: number;
}

export function judgeTlsSecret({ name, secret, host, days, now }: Found): SmokeResult {
  const fail = (words: string, hint: string): SmokeResult => ({
    status: "fail",
    detail: `Secret ${name} ${words}`,
    hint,
  });
  const make =
    "make it with `kubectl create secret tls`, or see why cert-manager has not (`kubectl get certificate`)";
  if (!secret) return fail("is not there, and the Ingress names it for TLS", make);
  const [pem, key] = [textOf(secret, "tls.crt"), textOf(secret, "tls.key")];
  if (!pem || !key) return fail(`has no \`${pem ? "tls.key" : "tls.crt"}\``, make);
  if (secret.type !== TYPE) return fail(`is of type ${secret.type}, and controllers look for ${TYPE}`, make);
  const certificate = parsed(() => new X509Certificate(pem));
  if (!certificate)
    return fail(
      "holds no certificate in `tls.crt`",
      "put the PEM of the certificate, then those of its chain, into it",
    );
  const privateKey = parsed(() => createPrivateKey(key));
  if (!privateKey)
    return fail("holds no key in `tls.key`", "put the PEM of the key into it, without a pass phrase");
  if (!certificate.checkPrivateKey(privateKey)) {
    return fail(
      "holds a key that does not belong to its first certificate",
      "put both in from one source, the certificate of the host first and those of its chain after it",
    );
  }
  if (!isForHost(certificate, host)) {
    return fail(
      `holds a certificate for ${namesOf(certificate)}, not for ${host}`,
      "name the secret with the certificate of this host in `ingress.tlsSecretName`, or have one made (a star is for one label)",
    );
  }
  return timeResult(certificate, days, now, fail);
}

function timeResult(
  certificate: X509Certificate,
  days: number,
  now: number,
  fail: (words: string, hint: string) => SmokeResult,
): SmokeResult {
  const renew = "renew it; with cert-manager look at `kubectl describe certificate`";
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  if (now < from)
    return fail(`holds a certificate that is not valid before ${day(from)}`, "check the clock, or wait");
  if (now > to) return fail(`holds a certificate that expired on ${day(to)}`, renew);
  const left = Math.floor((to - now) / DAY_MS);
  if (left < days)
    return fail(`holds a certificate with ${plural(left, "day")} left (input \`tls-days\`: ${days})`, renew);
  return { status: "pass", detail: `${namesOf(certificate)}, ${plural(left, "day")} left` };
}

function isForHost(certificate: X509Certificate, host: string): boolean {
  // The common name has not counted for years.
  if (isIP(host)) return certificate.checkIP(host) !== undefined;
  return certificate.checkHost(host, { subject: "never" }) !== undefined;
}

function namesOf({ subjectAltName, subject }: X509Certificate): string {
  const names = (subjectAltName ?? "").split(", ").map((each) => each.replace(/^(DNS|IP Address):/, ""));
  return subjectAltName ? names.join(", ") : `no name at all (subject ${subject.replaceAll("\n", ", ")})`;
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

function textOf(secret: KubernetesObject | undefined, key: string): string | undefined {
  const value = (secret?.data as Record<string, string> | undefined)?.[key];
  return value ? Buffer.from(value, "base64").toString() : undefined;
}
