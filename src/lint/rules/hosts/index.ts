import type { Rule, Unchecked } from "../../model.ts";
import { apiUrlForm } from "./api-url-form.ts";
import { cookieDomainForm } from "./cookie-domain-form.ts";
import { fileVsFiles } from "./file-vs-files.ts";
import { hostOutsideCookieDomain } from "./host-outside-cookie-domain.ts";
import { ingressHostForm } from "./ingress-host-form.ts";

/** Hosts, URLs, cookies, ingress and TLS. */
export const HOSTS_RULES: readonly Rule[] = [
  fileVsFiles,
  hostOutsideCookieDomain,
  cookieDomainForm,
  ingressHostForm,
  apiUrlForm,
];

/** Traps of this kind that have no rule of their own. */
export const HOSTS_UNCHECKED: readonly Unchecked[] = [];
