import type { RuleCase } from "./model.ts";
import { rendered } from "./model.ts";

const pod = (spec: string, name = "web") => `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
${spec}`;
const secret = (name: string) => `---
apiVersion: v1
kind: Secret
metadata:
  name: ${name}
`;
const variable = (more = "") => `  containers:
    - name: web
      env:
        - name: KEY
          valueFrom: { secretKeyRef: { name: server-keys, key: key${more} } }
`;

export const cases: readonly RuleCase[] = [
  rendered(
    "secret-not-supplied",
    "control-plane",
    "a variable out of a secret that an override names",
    { controlPlane: "clearml:\n  existingSecret: server-keys\n" },
    pod(variable()),
    ["info control-plane.yaml:2:19"],
    pod(variable()) + secret("server-keys"),
  ),
  rendered(
    "secret-not-supplied",
    "control-plane",
    "volumes and pull secrets; optional ones may be missing",
    {},
    pod("  imagePullSecrets: [{ name: pull }]\n  volumes: [{ name: a, secret: { secretName: tls } }]\n"),
    ["info clearml.yaml:7:3", "info clearml.yaml:7:3"],
    pod(variable(", optional: true")) +
      pod("  volumes: [{ name: a, secret: { secretName: tls, optional: true } }]\n", "other"),
  ),
];
