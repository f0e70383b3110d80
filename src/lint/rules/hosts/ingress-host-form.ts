import { HOST } from "../../../catalogue/patterns.ts";
import { bareHost, formHits } from "../../facts/form.ts";
import type { Rule } from "../../model.ts";

export const ingressHostForm: Rule = {
  id: "L71",
  slug: "ingress-host-form",
  severity: "error",
  about: "The host of an Ingress has a scheme, port, path or capitals; the API server refuses the Ingress.",
  why: "Kubernetes takes the host of an Ingress only as a DNS name of small letters. Guides call the gateway's host a URL that starts with https://, and copied like that the installation fails. Write the bare host; TLS comes from `tlsSecretName` or from the load balancer.",
  fixable: true,
  check: (release) => formHits(release, (pattern) => pattern === HOST, bareHost),
};
