import { X509Certificate } from "node:crypto";
import tls, { type DetailedPeerCertificate } from "node:tls";
import { type Handshake, handshake, hostOf, trustedAuthorities } from "./connection.ts";

/** What a server shows of itself before anything is asked. `plain`: the address is http. */
export type ServedTls =
  | { kind: "plain" }
  | Exclude<Handshake, { kind: "served" }>
  | {
      kind: "served";
      /** Why the chain is not trusted, as OpenSSL calls it. Dates are not its business. */
      chainError?: string;
      /** Who has signed the last certificate that is shown. */
      issuer: string;
      /** Why the certificate is not for this host. */
      nameError?: string;
      /** The names and addresses it is for. */
      names: string;
      /** Whether hosts below this one are covered as well. */
      wildcard: boolean;
      /** The certificate that ends first, of those that servers renew. */
      validity: Validity;
    };

export interface Validity {
  subject: string;
  from: Date;
  to: Date;
}

const DATE_ERRORS = ["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"];

/** Sees what is served at an address. */
export async function servedTls(url: URL): Promise<ServedTls> {
  if (url.protocol !== "https:") return { kind: "plain" };
  const found = await handshake(url);
  if (found.kind !== "served") return found;
  const { certificate, error } = found;
  const host = hostOf(url);
  const chainError = error && DATE_ERRORS.includes(error) ? chainOf(certificate) : error;
  const nameError = tls.checkServerIdentity(host, certificate) ? "not for this host" : undefined;
  return {
    kind: "served",
    ...(chainError ? { chainError } : {}),
    ...(nameError ? { nameError } : {}),
    issuer: issuerOf(certificate),
    names: namesOf(certificate),
    wildcard: !tls.checkServerIdentity(`any.${host}`, certificate),
    validity: firstToEnd(certificate),
  };
}

/** Why a token may not be sent there; undefined where it may. */
export function distrust(served: ServedTls, now = Date.now()): string | undefined {
  if (served.kind === "plain") return undefined;
  if (served.kind !== "served") return "no TLS comes about";
  const { chainError, nameError, validity } = served;
  if (chainError) return "the chain is not trusted (see `tls-chain`)";
  if (nameError) return "the certificate is for other hosts (see `tls-name`)";
  const isValid = validity.from.getTime() <= now && now < validity.to.getTime();
  return isValid ? undefined : "the certificate is not valid now (see `tls-days`)";
}

/** Of several errors OpenSSL tells the last one, and dates come last: who has signed is looked up again. */
function chainOf(certificate: DetailedPeerCertificate): string | undefined {
  const top = new X509Certificate(links(certificate).at(-1)?.raw ?? certificate.raw);
  const isTrusted = trustedAuthorities().some((pem) => {
    const authority = new X509Certificate(pem);
    if (authority.fingerprint256 === top.fingerprint256) return true;
    return top.checkIssued(authority) && top.verify(authority.publicKey);
  });
  if (isTrusted) return undefined;
  return top.issuer === top.subject ? "SELF_SIGNED_CERT_IN_CHAIN" : "UNABLE_TO_GET_ISSUER_CERT_LOCALLY";
}

/** The certificate, the one that signed it, and so on; a root signs itself. */
function links(certificate: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const found: DetailedPeerCertificate[] = [];
  let each: DetailedPeerCertificate | undefined = certificate;
  while (each?.raw && !found.includes(each)) {
    found.push(each);
    each = each.issuerCertificate;
  }
  return found;
}

function firstToEnd(certificate: DetailedPeerCertificate): Validity {
  const [leaf, ...issuers] = links(certificate).map((each) => ({
    isRoot: each.issuerCertificate === each,
    subject: text(each.subject?.CN) || namesOf(each),
    from: new Date(each.valid_from),
    to: new Date(each.valid_to),
  }));
  if (!leaf) throw new Error("the server has shown no certificate");
  const renewed = [leaf, ...issuers.filter(({ isRoot }) => !isRoot)];
  const { subject, from, to } = renewed.reduce((first, each) => (each.to < first.to ? each : first));
  // One that is not valid yet matters more than one that ends soon.
  const later = renewed.find((each) => each.from.getTime() > Date.now());
  return later ? { subject: later.subject, from: later.from, to: later.to } : { subject, from, to };
}

function issuerOf(certificate: DetailedPeerCertificate): string {
  const { issuer } = links(certificate).at(-1) ?? certificate;
  return text(issuer?.CN) || text(issuer?.O) || "somebody without a name";
}

function namesOf({ subjectaltname, subject }: DetailedPeerCertificate): string {
  const names = subjectaltname?.split(", ").map((name) => name.replace(/^(DNS|IP Address):/, ""));
  return names?.join(", ") || text(subject?.CN) || "nobody";
}

function text(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(", ") : (value ?? "");
}
