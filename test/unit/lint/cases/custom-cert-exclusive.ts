import { file, type RuleCase } from "./model.ts";

const PEM = "-----BEGIN CERTIFICATE-----";
const block = (more: string) => `customCertificates:\n${more}`;
const override = `  overrideCaCertificatesCrt: |\n    ${PEM}\n`;
const extra = (alias: string, pem: string) => `    - alias: ${alias}\n      pem: "${pem}"\n`;

export const cases: readonly RuleCase[] = [
  file(
    "custom-cert-exclusive",
    "agent",
    "both kinds",
    block(`${override}  extraCerts:\n${extra("ours", PEM)}`),
    ["error 4:3"],
    block(`${override}  extraCerts: []\n`),
  ),
  file(
    "custom-cert-exclusive",
    "control-plane",
    "one alias twice, in the block of the applications",
    `clearmlApplications:\n  customCertificates:\n    extraCerts: [{ alias: a, pem: "${PEM}" }, { alias: a, pem: "${PEM}" }]\n`,
    ["error 3:77"],
    `clearmlApplications:\n  customCertificates:\n    extraCerts: [{ alias: a, pem: "${PEM}" }, { alias: b, pem: "${PEM}" }]\n`,
  ),
  file(
    "custom-cert-exclusive",
    "agent",
    "an empty certificate, a text that is none, and a key",
    block(
      `  extraCerts:\n${extra("a", "")}${extra("b", "MIIB")}${extra("c", "-----BEGIN RSA PRIVATE KEY-----")}`,
    ),
    ["error 4:7", "error 6:12", "error 8:12"],
    block(`  overrideCaCertificatesCrt: ""\n  extraCerts:\n${extra("a", PEM)}${extra("b", "${PEM_OF_B}")}`),
  ),
];
