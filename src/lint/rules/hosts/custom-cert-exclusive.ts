import { isMap } from "../../../overrides/merge.ts";
import { findPlaceholders } from "../../../overrides/placeholders.ts";
import { valueAt } from "../../../overrides/values.ts";
import { keyAt } from "../../facts/entry-at.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

const BLOCKS = [["customCertificates"], ["clearmlApplications", "customCertificates"]];
const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

export const customCertExclusive: Rule = {
  id: "L83",
  slug: "custom-cert-exclusive",
  severity: "error",
  about: "Certificates of a private authority are given twice, are no certificates, or share an alias.",
  why: "`overrideCaCertificatesCrt` replaces the whole list of authorities and `extraCerts` adds to it: charts take one of them. Each certificate becomes a ConfigMap called after its alias, so that an alias may occur once, and a text that is no PEM certificate stops the container while it updates its list. Keep one of the two, with the complete text from `-----BEGIN CERTIFICATE-----` on.",
  *check(release) {
    for (const block of BLOCKS) {
      if (!isMap(valueAt(release.values, block))) continue;
      yield* bothHits(release, block);
      yield* aliasHits(release, block);
    }
    for (const entry of release.entries) {
      if (isCertificate(entry)) yield* pemHits(entry);
    }
  },
};

function* bothHits(release: LintRelease, block: string[]): Generator<Hit> {
  const [replaced, added] = ["overrideCaCertificatesCrt", "extraCerts"].map((key) => [...block, key]);
  if (!replaced || !added) return;
  const extra = valueAt(release.values, added);
  if (!valueAt(release.values, replaced) || !Array.isArray(extra) || extra.length === 0) return;
  yield {
    message: "`overrideCaCertificatesCrt` and `extraCerts` are both set, and the chart takes one of them",
    hint: "put all certificates into `overrideCaCertificatesCrt`, or keep `extraCerts` alone",
    at: keyAt(release, added),
    related: [{ at: keyAt(release, replaced), message: "the other list" }],
  };
}

function* aliasHits(release: LintRelease, block: string[]): Generator<Hit> {
  const extra = valueAt(release.values, [...block, "extraCerts"]);
  const first = new Map<string, number>();
  for (const [index, item] of (Array.isArray(extra) ? extra : []).entries()) {
    const alias = isMap(item) ? item.alias : undefined;
    if (typeof alias !== "string") continue;
    const earlier = first.get(alias);
    if (earlier === undefined) {
      first.set(alias, index);
      continue;
    }
    const place = (at: number) => release.locate([...block, "extraCerts", at, "alias"]);
    yield {
      message: `two certificates have the alias \`${alias}\``,
      hint: "give each its own",
      at: place(index),
      related: [{ at: place(earlier), message: "the first of them" }],
    };
  }
}

function isCertificate({ path }: Entry): boolean {
  const key = path.at(-1);
  return (
    path.includes("customCertificates") &&
    (key === "overrideCaCertificatesCrt" || (key === "pem" && path.at(-3) === "extraCerts"))
  );
}

/** The text itself is never printed: it may be a key. */
function* pemHits({ path, value, leftover, at }: Entry): Generator<Hit> {
  if (typeof value !== "string" || leftover || findPlaceholders(value).length > 0) return;
  if (PRIVATE_KEY.test(value)) {
    yield {
      message: "this holds a private key",
      hint: "give the certificate of the authority alone",
      at: at(),
    };
  } else if (path.at(-1) === "pem" && value.trim() === "") {
    yield { message: "the certificate is empty", hint: "write its text in PEM form", at: at("key") };
  } else if (value.trim() !== "" && !CERTIFICATE.test(value)) {
    const hint = "write its whole text, from -----BEGIN CERTIFICATE----- on";
    yield { message: "this is no certificate in PEM form", hint, at: at() };
  }
}
