import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { createAuthority, type Validity } from "../../cluster/certificates.ts";

const DAY_MS = 86_400_000;
const DAYS = 90;

/** `few-days`: two are left. `unknown-authority`: issued by one that nobody trusts. */
export type CertificateKind =
  | "good"
  | "wildcard"
  | "expired"
  | "not-yet-valid"
  | "few-days"
  | "wrong-name"
  | "self-signed"
  | "unknown-authority";

export interface Files {
  certificate: string;
  key: string;
}

export interface GatewayCertificates {
  /** Path of the certificate of the authority that is to be trusted. */
  authority: string;
  of: Readonly<Record<CertificateKind, Files>>;
}

/**
 * A certificate of each kind.
 * @param hosts names and addresses it is for; the first is a name, which a wildcard is made of too
 */
export async function createCertificates(
  folder: string,
  hosts: readonly string[],
): Promise<GatewayCertificates> {
  const trusted = await createAuthority(folder);
  const strangers = join(folder, "strangers");
  mkdirSync(strangers);
  const other = await createAuthority(strangers);
  const issue = (name: string, addresses: readonly string[], from = -1, to = DAYS) =>
    trusted.issue(name, `CN=${name}`, addresses, between(from, to));
  return {
    authority: trusted.certificate,
    of: {
      good: await issue("good", hosts),
      wildcard: await issue("wildcard", [...hosts, `*.${hosts[0]}`]),
      expired: await issue("expired", hosts, -DAYS, -3),
      "not-yet-valid": await issue("not-yet-valid", hosts, 2, DAYS),
      "few-days": await issue("few-days", hosts, -DAYS, 2.5),
      "wrong-name": await issue("wrong-name", ["other.example"]),
      "self-signed": await selfSigned(folder, hosts),
      "unknown-authority": await other.issue("unknown", "CN=unknown", hosts, between(-1, DAYS)),
    },
  };
}

function between(from: number, to: number): Validity {
  return { notBefore: new Date(Date.now() + from * DAY_MS), notAfter: new Date(Date.now() + to * DAY_MS) };
}

/** As `openssl req -x509` makes one. */
async function selfSigned(folder: string, hosts: readonly string[]): Promise<Files> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=self-signed",
    keys: keys as Parameters<typeof x509.X509CertificateGenerator.createSelfSigned>[0]["keys"],
    signingAlgorithm: algorithm,
    ...between(-1, DAYS),
    extensions: [
      new x509.SubjectAlternativeNameExtension(
        hosts.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? "ip" : "dns", value })),
      ),
    ],
  });
  const files = { certificate: join(folder, "self-signed.crt"), key: join(folder, "self-signed.key") };
  writeFileSync(files.certificate, made.toString("pem"));
  const key = KeyObject.from((keys as { privateKey: webcrypto.CryptoKey }).privateKey);
  writeFileSync(files.key, key.export({ format: "pem", type: "pkcs8" }) as string, { mode: 0o600 });
  return files;
}
