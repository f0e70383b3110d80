import { commands, type RuleCase } from "./model.ts";

const WORKFLOW = (script: string) =>
  `jobs:\n  deploy:\n    steps:\n      - run: |\n${script.replace(/^/gm, "          ")}\n`;

export const cases: readonly RuleCase[] = [
  commands(
    "random-secret-per-render",
    ".github/workflows/deploy.yml",
    "rendered and applied in one go",
    WORKFLOW(
      "helm template clearml oci://docker.io/clearml/clearml-enterprise --version 10.12.7 |\\\n  kubectl apply -f -",
    ),
    ["warning .github/workflows/deploy.yml:5:33"],
    WORKFLOW(
      "helm template clearml oci://docker.io/clearml/clearml-enterprise --version 10.12.7 |\\\n  kubeconform -strict\nhelm template agent x/clearml-enterprise-agent --version 6.9.4 | kubectl apply -f -",
    ),
  ),
  commands(
    "random-secret-per-render",
    "deploy.sh",
    "through a file",
    "helm template clearml clearml/clearml --version 7.15.0 > all.yaml\nkubectl apply -n clearml -f all.yaml\n",
    ["warning deploy.sh:1:23"],
    "helm template clearml clearml/clearml --version 7.15.0 --set clearml.existingSecret=conf > all.yaml\nkubectl apply -n clearml -f all.yaml\n",
  ),
];
