import type { Rule, Unchecked } from "../../model.ts";
import { agentPointsAtSaas } from "./agent-points-at-saas.ts";
import { agentUrlVsServerHost } from "./agent-url-vs-server-host.ts";
import { apiUrlForm } from "./api-url-form.ts";
import { appLabelConvention } from "./app-label-convention.ts";
import { authCookieName } from "./auth-cookie-name.ts";
import { cookieDomainForm } from "./cookie-domain-form.ts";
import { cookieDomainMissing } from "./cookie-domain-missing.ts";
import { customCertExclusive } from "./custom-cert-exclusive.ts";
import { fileVsFiles } from "./file-vs-files.ts";
import { hostCollision } from "./host-collision.ts";
import { hostOutsideCookieDomain } from "./host-outside-cookie-domain.ts";
import { imageDoubled } from "./image-doubled.ts";
import { ingressClassTwice } from "./ingress-class-twice.ts";
import { ingressHostForm } from "./ingress-host-form.ts";
import { ingressLevel } from "./ingress-level.ts";
import { internalServiceName } from "./internal-service-name.ts";
import { nodeportWithoutUrls } from "./nodeport-without-urls.ts";
import { rawInQuotes } from "./raw-in-quotes.ts";
import { schemeMixed } from "./scheme-mixed.ts";
import { tlsNameDepth } from "./tls-name-depth.ts";
import { tlsVerifyOff } from "./tls-verify-off.ts";
import { uploadLimit } from "./upload-limit.ts";

/** Hosts, URLs, cookies, ingress and TLS. */
export const HOSTS_RULES: readonly Rule[] = [
  fileVsFiles,
  hostOutsideCookieDomain,
  cookieDomainForm,
  ingressHostForm,
  apiUrlForm,
  agentUrlVsServerHost,
  internalServiceName,
  schemeMixed,
  hostCollision,
  uploadLimit,
  authCookieName,
  appLabelConvention,
  tlsVerifyOff,
  customCertExclusive,
  cookieDomainMissing,
  ingressClassTwice,
  agentPointsAtSaas,
  imageDoubled,
  rawInQuotes,
  nodeportWithoutUrls,
  ingressLevel,
  tlsNameDepth,
];

/** Traps of this kind that have no rule of their own. */
export const HOSTS_UNCHECKED: readonly Unchecked[] = [
  {
    id: "L81",
    slug: "gateway-wildcard",
    about: "Routes by sub-domain need a wildcard DNS entry and certificate below the gateway's host.",
    reason: "Whether a route uses a sub-domain is set in the web app; no file and no Ingress says it.",
  },
];
