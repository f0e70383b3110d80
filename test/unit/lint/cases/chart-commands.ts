import { commands, type RuleCase } from "./model.ts";

/** What scripts say about charts, for rules that ask the same of the environment file. */
export const cases: readonly RuleCase[] = [
  commands(
    "chart-version-unpinned",
    "install.sh",
    "Helm called without a version, or with none at all",
    "helm install -n clearml clearml allegroai/clearml-enterprise \\\n  --create-namespace -f v.yaml\nhelm upgrade -i --wait agent oci://docker.io/clearml/clearml-enterprise-agent --version latest\nhelm install redis --repo https://charts.bitnami.com/bitnami redis\n",
    ["warning install.sh:1:33", "warning install.sh:3:89", "warning install.sh:4:62"],
    'helm install -n clearml clearml clearml/clearml-enterprise --version=10.12.7\nhelm upgrade -i agent oci://docker.io/clearml/clearml-enterprise-agent:6.9.4\nhelm install gateway oci://docker.io/clearml/clearml-enterprise-app-gateway --version "$V"\nhelm install b ./clearml-billing-1.1.0.tgz\nhelm upgrade -i cm jetstack/cert-manager\nhelm list\n',
  ),
  commands(
    "repo-generation",
    ".github/workflows/deploy.yml",
    "the repository of another organisation, and a chart no repository had",
    "jobs:\n  deploy:\n    steps:\n      - run: >-\n          helm repo add a\n          https://raw.githubusercontent.com/allegroai/clearml-enterprise-helm-charts/gh-pages\n      - run: helm install p clearml-enterprise/clearml-presign-service --version 1.0.0\n",
    ["warning .github/workflows/deploy.yml:6:11", "warning .github/workflows/deploy.yml:7:29"],
    "jobs:\n  deploy:\n    steps:\n      - run: >-\n          helm repo add b\n          https://charts.bitnami.com/bitnami\n      - run: helm install p oci://docker.io/clearml/clearml-presign-service --version 1.0.0\n",
  ),
  commands(
    "angle-bracket-url",
    "repo.sh",
    "an address copied with its brackets",
    "helm repo add nvidia <https://helm.ngc.nvidia.com/nvidia>\n",
    ["error repo.sh:1:22"],
    "helm repo add nvidia https://helm.ngc.nvidia.com/nvidia\ncurl <urls.txt >out\n",
  ),
];
