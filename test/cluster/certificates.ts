import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAYS = 7;

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

type KeyPair = Awaited<ReturnType<typeof webcrypto.subtle.generateKey>> & {
  privateKey: webcrypto.CryptoKey;
  publicKey: webcrypto.CryptoKey;
};

/** A certificate authority for one cluster; it writes `<name>.crt` and `<name>.key` into its folder. */
export interface Authority {
  folder: string;
  /** Path of the authority's own certificate. */
  certificate: string;
  issue(
    name: string,
    subject: string,
    addresses?: readonly string[],
  ): Promise<{ certificate: string; key: string }>;
}

export async function createAuthority(folder: string): Promise<Authority> {
  const keys = await newKeys();
  const subject = "CN=clearml-actions test authority";
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: subject,
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
    ],
  });
  const certificate = join(folder, "ca.crt");
  writeFileSync(certificate, root.toString("pem"));
  let serial = 1;
  return {
    folder,
    certificate,
    async issue(name, holder, addresses = []) {
      const own = await newKeys();
      serial++;
      const issued = await x509.X509CertificateGenerator.create({
        serialNumber: serial.toString(16).padStart(2, "0"),
        subject: holder,
        issuer: subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        ...validity(),
        extensions: [
          new x509.ExtendedKeyUsageExtension([
            x509.ExtendedKeyUsage.serverAuth,
            x509.ExtendedKeyUsage.clientAuth,
          ]),
          ...(addresses.length > 0
            ? [new x509.SubjectAlternativeNameExtension(addresses.map(alternative))]
            : []),
        ],
      });
      const paths = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
      writeFileSync(paths.certificate, issued.toString("pem"));
      writeFileSync(paths.key, privatePem(own), { mode: 0o600 });
      return paths;
    },
  };
}

function alternative(address: string): { type: "ip" | "dns"; value: string } {
  return { type: /^[\d.]+$/.test(address) ? "ip" : "dns", value: address };
}

function validity() {
  // A clock that differs by some minutes must not make a new certificate invalid.
  const notBefore = new Date(Date.now() - 3_600_000);
  return { notBefore, notAfter: new Date(notBefore.getTime() + DAYS * 86_400_000) };
}

function newKeys(): Promise<KeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]) as Promise<KeyPair>;
}

function privatePem(keys: KeyPair): string {
  return KeyObject.from(keys.privateKey).export({ format: "pem", type: "sec1" }) as string;
}
