import { plural } from "../../core/plural.ts";
import type { Probe, SmokeCheck, SmokeResult } from "../model.ts";
import { hostOf, isAddress } from "./connection.ts";
import { factsOf } from "./facts.ts";
import type { ServedTls, Validity } from "./served-tls.ts";

const DAY_MS = 86_400_000;
type Served = Extract<ServedTls, { kind: "served" }>;

export const tlsChain = tlsCheck(
  "tls-chain",
  "The certificate is signed by somebody this machine trusts, and the chain is complete.",
  ({ chainError, issuer }) =>
    chainError
      ? { status: "fail", ...chainFault(chainError, issuer) }
      : { status: "pass", detail: "the chain ends at an authority that this machine trusts" },
);

export const tlsName = tlsCheck(
  "tls-name",
  "The certificate is for the gateway's host.",
  ({ nameError, names }, { target }) => {
    const host = hostOf(target.url);
    if (!nameError) return { status: "pass", detail: `the certificate is for ${names}` };
    return {
      status: "fail",
      detail: `expected a certificate for \`${host}\`, found one for ${names}`,
      hint: `let \`ingress.tlsSecretName\` of the gateway name a Secret with a certificate for \`${host}\`; an ingress controller that finds none serves one of its own`,
    };
  },
);

export const tlsDays = tlsCheck(
  "tls-days",
  "The certificate is valid, and stays so for a while.",
  ({ validity }, { options }) => judgeDays(validity, options.tlsDays, Date.now()),
);

export const tlsWildcard = tlsCheck(
  "tls-wildcard",
  "The certificate covers routes that are sub-domains of the gateway's host.",
  ({ wildcard, nameError }, { target }) => {
    const host = hostOf(target.url);
    if (isAddress(host)) return { status: "skip", detail: "an address has no sub-domains" };
    if (nameError) return { status: "skip", detail: "the certificate is for other hosts (see `tls-name`)" };
    if (wildcard) return { status: "pass", detail: `the certificate covers \`*.${host}\`` };
    return {
      status: "info",
      detail: `the certificate does not cover \`*.${host}\`; routes by path do without, routes that are sub-domains need it, and DNS for them`,
    };
  },
);

/** Whether a certificate is valid now, and for long enough. */
export function judgeDays({ subject, from, to }: Validity, least: number, now: number): SmokeResult {
  const days = Math.floor((to.getTime() - now) / DAY_MS);
  const hint = `renew the certificate of the Secret that \`ingress.tlsSecretName\` names; where cert-manager does that, look at its Certificate and Events`;
  if (to.getTime() <= now) {
    const ago = Math.floor((now - to.getTime()) / DAY_MS);
    const detail = `the certificate ${subject} ended on ${date(to)}, ${plural(ago, "day")} ago`;
    return { status: "fail", detail, hint };
  }
  if (from.getTime() > now) {
    return {
      status: "fail",
      detail: `the certificate ${subject} is not valid before ${date(from)}`,
      hint: "replace it by one that is valid, or correct the clock of this machine or of the one that made it",
    };
  }
  const detail = `the certificate ${subject} has ${plural(days, "day")} left, until ${date(to)}`;
  if (days >= least) return { status: "pass", detail };
  return { status: "fail", detail: `${detail}; ${least} are asked for (input \`tls-days\`)`, hint };
}

function date(value: Date): string {
  return value.toISOString().slice(0, 10);
}

function tlsCheck(
  name: string,
  proves: string,
  judge: (served: Served, probe: Probe) => SmokeResult,
): SmokeCheck {
  return {
    name,
    group: "outside",
    proves,
    // What the Secret lacks is not said again of what is served.
    after: ["dns", "tls-secret"],
    async run(probe) {
      const served = await factsOf(probe).tls();
      if (served.kind === "served") return judge(served, probe);
      if (served.kind === "plain") return { status: "skip", detail: "the address is http, without TLS" };
      if (served.kind === "unreachable") {
        return { status: "skip", detail: `there is no connection: ${served.words} (see \`answers\`)` };
      }
      if (name !== "tls-chain") {
        return { status: "skip", detail: "there is no certificate to look at (see `tls-chain`)" };
      }
      return {
        status: "fail",
        detail: `no TLS comes about: ${served.words}`,
        hint: "the port is open, and what listens there speaks no TLS: see whether the load balancer passes 443 on to the https port of the ingress controller",
      };
    },
  };
}

const SECRET = "the Secret that `ingress.tlsSecretName` names";

/** What OpenSSL's codes mean for the one who has to repair it. */
function chainFault(code: string, issuer: string): { detail: string; hint: string } {
  if (code === "DEPTH_ZERO_SELF_SIGNED_CERT") {
    return {
      detail: "expected a certificate of an authority, found one that has signed itself",
      hint: `put a certificate of your authority into ${SECRET}, or trust this one: name its file in NODE_EXTRA_CA_CERTS, in \`env:\` of the step`,
    };
  }
  const incomplete = ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT"].includes(code);
  const trust =
    "for an authority of your own, name the file of its certificate in NODE_EXTRA_CA_CERTS, in `env:` of the step or the job";
  return {
    detail: `the chain does not end at an authority that this machine trusts: the last one shown is signed by \`${issuer}\` (${code})`,
    hint: incomplete
      ? `\`tls.crt\` of ${SECRET} must hold the certificate and then those between it and the root; ${trust}`
      : trust,
  };
}
