import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import { writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

const DAY_MS = 86_400_000;
const DAYS = 90;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/**
 * `good` comes with the certificate between it and the root, `incomplete` without. `few-days`: two are left.
 * `issuer-ends`: the one between has a few days left. `strangers`: signed by an authority that nobody trusts.
 */
export type CertificateKind =
  | "good"
  | "wildcard"
  | "expired"
  | "not-yet-valid"
  | "few-days"
  | "issuer-ends"
  | "wrong-name"
  | "incomplete"
  | "self-signed"
  | "strangers"
  | "strangers-expired";

export interface Files {
  certificate: string;
  key: string;
}

export interface GatewayCertificates {
  /** Path of the certificate of the authority that is to be trusted. */
  authority: string;
  of: Readonly<Record<CertificateKind, Files>>;
}

interface Signer {
  subject: string;
  keys: KeyPair;
  certificate: x509.X509Certificate;
}

interface Wanted {
  name: string;
  hosts?: readonly string[];
  /** Days from now. */
  from?: number;
  to?: number;
  /** Undefined: it signs itself. */
  signer?: Signer;
  isAuthority?: boolean;
}

type KeyPair = Parameters<typeof x509.X509CertificateGenerator.createSelfSigned>[0]["keys"];

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

/**
 * A certificate of each kind.
 * @param hosts names and addresses it is for; the first is a name, which a wildcard is made of too
 */
export async function createCertificates(
  folder: string,
  hosts: readonly string[],
): Promise<GatewayCertificates> {
  const root = await make({ name: "Test Root", isAuthority: true });
  const between = await make({ name: "Test Intermediate", signer: root, isAuthority: true });
  const ending = await make({ name: "Ending Intermediate", signer: root, isAuthority: true, to: 3.5 });
  const stranger = await make({ name: "Authority of strangers", isAuthority: true });
  const authority = join(folder, "root.crt");
  writeFileSync(authority, root.certificate.toString("pem"));
  const write = async (name: CertificateKind, wanted: Partial<Wanted>, chain: readonly Signer[] = []) => {
    const made = await make({ name, hosts, ...wanted });
    const files = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
    const served = [made, ...chain].map(({ certificate }) => certificate.toString("pem"));
    writeFileSync(files.certificate, `${served.join("\n")}\n`);
    const key = KeyObject.from(made.keys.privateKey as webcrypto.CryptoKey);
    writeFileSync(files.key, key.export({ format: "pem", type: "pkcs8" }) as string, { mode: 0o600 });
    return files;
  };
  const signed = { signer: between };
  return {
    authority,
    of: {
      good: await write("good", signed, [between]),
      wildcard: await write("wildcard", { ...signed, hosts: [...hosts, `*.${hosts[0]}`] }, [between]),
      expired: await write("expired", { ...signed, from: -DAYS, to: -3.5 }, [between]),
      "not-yet-valid": await write("not-yet-valid", { ...signed, from: 2 }, [between]),
      "few-days": await write("few-days", { ...signed, to: 2.5 }, [between]),
      "issuer-ends": await write("issuer-ends", { signer: ending }, [ending]),
      "wrong-name": await write("wrong-name", { ...signed, hosts: ["other.example"] }, [between]),
      incomplete: await write("incomplete", signed),
      "self-signed": await write("self-signed", {}),
      strangers: await write("strangers", { signer: stranger }),
      "strangers-expired": await write("strangers-expired", { signer: stranger, from: -DAYS, to: -3.5 }),
    },
  };
}

async function make({
  name,
  hosts = [],
  from = -1,
  to = DAYS,
  signer,
  isAuthority,
}: Wanted): Promise<Signer> {
  const keys = (await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as KeyPair;
  const subject = `CN=${name}`;
  const names = hosts.map((value) => ({ type: isIP(value) ? ("ip" as const) : ("dns" as const), value }));
  const common = {
    notBefore: new Date(Date.now() + from * DAY_MS),
    notAfter: new Date(Date.now() + to * DAY_MS),
    signingAlgorithm: ALGORITHM,
    extensions: [
      ...(isAuthority ? [new x509.BasicConstraintsExtension(true, undefined, true)] : []),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  };
  if (!signer) {
    const made = await x509.X509CertificateGenerator.createSelfSigned({ name: subject, keys, ...common });
    return { subject, keys, certificate: made };
  }
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ subject, issuer: signer.subject },
    ...{ publicKey: keys.publicKey, signingKey: signer.keys.privateKey, ...common },
  });
  return { subject, keys, certificate };
}
