import { cluster, type RuleCase } from "./model.ts";

const FACTS = { kubernetesVersion: "v1.34.2" };
const NGINX = { name: "nginx", isDefault: false };
const ingress = (more: string) =>
  `webserver: { ingress: { enabled: true, hostName: app.ml.example.com${more} } }\n`;

export const cases: readonly RuleCase[] = [
  cluster(
    "ingress-class-missing",
    "no class, and no default one",
    { controlPlane: ingress("") },
    { ...FACTS, ingressClasses: [NGINX] },
    ["warning control-plane.yaml:1:34"],
    { ...FACTS, ingressClasses: [NGINX, { name: "haproxy", isDefault: true }] },
  ),
  cluster(
    "ingress-class-missing",
    "a class that is not there",
    { controlPlane: ingress(", ingressClassName: ngnix") },
    { ...FACTS, ingressClasses: [{ ...NGINX, isDefault: true }] },
    ["warning control-plane.yaml:1:88"],
    { ...FACTS, ingressClasses: [{ name: "ngnix", isDefault: false }] },
  ),
  cluster(
    "ingress-class-missing",
    "of a gateway; what may not be read says nothing",
    { gateway: "ingress: { enabled: true, hostName: acme.ml.example.com }\n" },
    { ...FACTS, ingressClasses: [] },
    ["warning tenants/acme/gateway.yaml:1:21"],
    FACTS,
  ),
];
