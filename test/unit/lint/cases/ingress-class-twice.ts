import { file, type RuleCase } from "./model.ts";

const ingress = (name: string, annotation: string) => `apiserver:
  ingress:
    enabled: true
    hostName: api.ml.example.com
    ingressClassName: ${name}
    annotations:
      ${annotation}
`;

export const cases: readonly RuleCase[] = [
  file(
    "ingress-class-twice",
    "control-plane",
    "the same class twice",
    ingress("nginx", "kubernetes.io/ingress.class: nginx"),
    ["warning 7:7"],
    ingress('""', "kubernetes.io/ingress.class: nginx"),
  ),
  file(
    "ingress-class-twice",
    "control-plane",
    "two classes",
    ingress("nginx", "kubernetes.io/ingress.class: traefik"),
    ["error 7:7"],
    ingress("nginx", "kubernetes.io/tls-acme: 'true'"),
  ),
];
