import type { ClusterFacts } from "../../../../src/lint/evidence/cluster-facts.ts";
import { environmentWith } from "../support.ts";
import { file, files, type RuleCase } from "./model.ts";

const RULE = "gpu-operator-generation";
const gpu = (version: string, overrides: string) =>
  environmentWith(`gpu-operator: { version: ${version}, overrides: [a.yaml] }`, { "a.yaml": overrides });
const toolkit = (socket: string, config: string) =>
  `toolkit:\n  env:\n    - name: CONTAINERD_SOCKET\n      value: ${socket}\n    - name: CONTAINERD_CONFIG\n      value: ${config}\n`;
const K3S = "/run/k3s/containerd/containerd.sock";
const onCluster = (kubernetesVersion: string): ClusterFacts => ({
  kubernetesVersion,
  ingressClasses: [],
  storageClasses: [],
  releases: [],
  nodePorts: [],
});
const clustered = (kubernetesVersion: string, socket: string): RuleCase["bad"] => ({
  kind: "environment",
  files: gpu("v26.7.0", toolkit(socket, "/a/b")),
  cluster: onCluster(kubernetesVersion),
});

export const cases: readonly RuleCase[] = [
  file(
    RULE,
    "gpu-operator",
    "fields with underscores",
    "mig_manager: { enabled: false }\ndevicePlugin:\n  image_pull_policy: Always\n",
    ["error 1:1", "error 3:3"],
    "migManager: { enabled: false }\ndevicePlugin:\n  imagePullPolicy: Always\n  config: { data: { all_disabled: a } }\nnfd:\n  master_options: {}\n",
  ),
  files(
    RULE,
    "the runtime that is found out since 25.3",
    gpu("v25.3.0", "operator:\n  defaultRuntime: containerd\n"),
    ["warning a.yaml:2:3"],
    gpu("v24.9.2", "operator:\n  defaultRuntime: containerd\n"),
  ),
  file(
    RULE,
    "gpu-operator",
    "a socket of one distribution and a configuration of another",
    toolkit(K3S, "/var/snap/microk8s/current/args/containerd-template.toml"),
    ["error 6:14"],
    toolkit(K3S, "/var/lib/rancher/k3s/agent/etc/containerd/config.toml.tmpl"),
  ),
  file(
    RULE,
    "gpu-operator",
    "a third path of another distribution",
    `${toolkit(K3S, "/var/lib/rancher/k3s/config.toml")}    - { name: RUNTIME_CONFIG, value: /etc/containerd/config.toml }\n`,
    ["error 7:38"],
    `${toolkit(K3S, "/etc/elsewhere.toml")}    - { name: OTHER, value: /etc/containerd/a }\n    - { name: RUNTIME_CONFIG }\ndevicePlugin:\n  env:\n    - { name: CONTAINERD_CONFIG, value: /etc/containerd/config.toml }\n`,
  ),
  {
    rule: RULE,
    what: "the socket of plain containerd on k3s",
    bad: clustered("v1.34.2+k3s1", "/run/containerd/containerd.sock"),
    at: ["error a.yaml:4:14"],
    good: clustered("v1.34.2+k3s1", K3S),
  },
  {
    rule: RULE,
    what: "the socket of k3s on a managed cluster",
    bad: clustered("v1.34.2-eks-1", K3S),
    at: ["error a.yaml:4:14"],
    good: clustered("v1.34.2", K3S),
  },
];
