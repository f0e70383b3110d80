import { describe, expect, it } from "vitest";
import { isController, isDeployer, isPerson } from "../../../../src/drift/owners/people.ts";

/** Field managers as they are seen in clusters. */
const SEEN = {
  person: [
    ...["kubectl", "kubectl-edit", "kubectl-client-side-apply", "kubectl-rollout", "oc", "k9s", "rancher"],
    ...[
      "Lens",
      "lens",
      "OpenLens",
      "node-fetch",
      "Mozilla",
      "headlamp",
      "headlamp-server",
      "dashboard",
      "curl",
    ],
  ],
  controller: [
    ...["kube-controller-manager", "kube-scheduler", "kubelet", "cert-manager-cainjector", "cainjector"],
    ...["cert-manager-ingress-shim", "nfd-master", "gpu-operator", "nvidia-mig-manager", "mig-manager"],
    ...["kyverno", "kyverno-background-controller", "vpa-updater", "keda-operator", "manager", "k3s"],
    ...["clearml-agent"],
  ],
  deployer: ["helm", "Helm", "clearml-actions"],
  // Clients that programs are written with, and other tools that deploy.
  stranger: [
    ...["OpenAPI-Generator", "python-requests", "Go-http-client", "axios", "unknown", ""],
    ...["argocd-controller", "kustomize-controller", "helm-controller", "Terraform", "my-kubectl"],
  ],
};

describe("a field manager", () => {
  it.each(Object.entries(SEEN))("is a %s", (expected, managers) => {
    const found = managers.map((manager) => [
      manager,
      isDeployer(manager)
        ? "deployer"
        : isPerson(manager)
          ? "person"
          : isController(manager)
            ? "controller"
            : "stranger",
    ]);
    expect(found).toEqual(managers.map((manager) => [manager, expected]));
  });

  it.each([
    ["argocd-controller", ["argocd-*"], true],
    ["argocd-controller", ["argocd"], false],
    ["Terraform", ["terraform"], true],
    ["a+b", ["a+b"], true],
    ["aab", ["a+b"], false],
    ["xargocd-controller", ["argocd-*"], false],
    ["kubectl", [], true],
    ["anything", ["*"], true],
  ])("%s with %j as people: %s", (manager, extra, expected) => {
    expect(isPerson(manager, extra)).toBe(expected);
  });
});
