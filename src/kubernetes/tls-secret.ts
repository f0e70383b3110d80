import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { plural } from "../core/plural.ts";
import type { KubernetesObject } from "./objects.ts";

const DAY_MS = 86_400_000;
export const TLS_TYPE = "kubernetes.io/tls";

export interface FoundTlsSecret {
  /** With its namespace. */
  name: string;
  secret: KubernetesObject | undefined;
  /** The certificate has to be for all of these. */
  hosts: readonly string[];
  /** Fewer left are too few. */
  days: number;
  now: number;
}

/** What is to be said of a TLS secret that an Ingress names; what it holds is not in it. */
export interface TlsJudgement {
  status: "pass" | "fail";
  detail: string;
  hint?: string;
}

/** Whether a TLS secret holds a certificate for its hosts with days left, and the key that fits. */
export function judgeTlsSecret({ name, secret, hosts, days, now }: FoundTlsSecret): TlsJudgement {
  const fail = (words: string, hint: string): TlsJudgement => ({
    status: "fail",
    detail: `Secret ${name} ${words}`,
    hint,
  });
  const make =
    "make it with `kubectl create secret tls`, or see why cert-manager has not (`kubectl get certificate`)";
  if (!secret) return fail("is not there, and the Ingress names it for TLS", make);
  const [pem, key] = [textOf(secret, "tls.crt"), textOf(secret, "tls.key")];
  if (!pem || !key) return fail(`has no \`${pem ? "tls.key" : "tls.crt"}\``, make);
  if (secret.type !== TLS_TYPE)
    return fail(`is of type ${secret.type}, and controllers look for ${TLS_TYPE}`, make);
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
  const uncovered = hosts.filter((host) => !isForHost(certificate, host));
  if (uncovered.length > 0) {
    return fail(
      `holds a certificate for ${namesOf(certificate)}, not for ${uncovered.join(", ")}`,
      "name the secret with the certificate of this host in `ingress.tlsSecretName`, or have one made (a star is for one label)",
    );
  }
  return timeResult(certificate, days, now, fail);
}

function timeResult(
  certificate: X509Certificate,
  days: number,
  now: number,
  fail: (words: string, hint: string) => TlsJudgement,
): TlsJudgement {
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

/** The key in a TLS secret, for whoever has to keep it out of sight. */
export function tlsKeyOf(secret: KubernetesObject | undefined): string | undefined {
  return textOf(secret, "tls.key");
}

function textOf(secret: KubernetesObject | undefined, key: string): string | undefined {
  const value = (secret?.data as Record<string, string> | undefined)?.[key];
  return value ? Buffer.from(value, "base64").toString() : undefined;
}
