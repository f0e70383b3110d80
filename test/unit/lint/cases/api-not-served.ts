import type { RuleCase } from "./model.ts";
import { rendered } from "./model.ts";

const object = (apiVersion: string, kind: string) => `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: web
`;
const more = 'kubernetesVersion: "1.34"\n';

export const cases: readonly RuleCase[] = [
  rendered(
    "api-not-served",
    "control-plane",
    "an API that was removed",
    { more },
    object("policy/v1beta1", "PodDisruptionBudget"),
    ["warning clearml.yaml:7:3"],
    object("policy/v1", "PodDisruptionBudget"),
  ),
  rendered(
    "api-not-served",
    "control-plane",
    "an API that an override names",
    { more, controlPlane: "ingress:\n  apiVersion: networking.k8s.io/v1beta1\n" },
    object("networking.k8s.io/v1beta1", "Ingress"),
    ["error control-plane.yaml:2:15"],
    object("networking.k8s.io/v1beta1", "IPAddress"),
  ),
  rendered(
    "api-not-served",
    "control-plane",
    "a kind that its group never had; groups of others are theirs to know",
    { more },
    object("v1", "Deployment"),
    ["warning clearml.yaml:7:3"],
    object("gateway.networking.k8s.io/v1", "HTTPRoute"),
  ),
];
