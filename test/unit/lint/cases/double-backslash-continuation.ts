import { commands, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  commands(
    "double-backslash-continuation",
    "install.sh",
    "every line continued with two, found once",
    "helm install -n gpu-operator \\\\\n  gpu-operator \\\\\n  nvidia/gpu-operator --version v26.7.0\n",
    ["error install.sh:1:30"],
    "helm install -n gpu-operator \\\n  gpu-operator \\\n  nvidia/gpu-operator --version v26.7.0\n",
  ),
  commands(
    "double-backslash-continuation",
    "upload.sh",
    "several lines in one; a backslash that is text is fine",
    "python upload_apps.py \\\\ --host $API \\\\ --dir apps -ml\n",
    ["error upload.sh:1:23"],
    "python upload_apps.py \\\n --host $API --dir apps -ml\nsed 's/a/\\\\\n/' file\necho C:\\\\ \"a \\\\\" next\n# ends in \\\\\n",
  ),
  commands(
    "double-backslash-continuation",
    ".github/workflows/deploy.yml",
    "in a workflow",
    "jobs:\n  deploy:\n    steps:\n      - run: |\n          curl $URL/queues.create \\\\\n            -d '{}'\n",
    ["error .github/workflows/deploy.yml:5:35"],
    "jobs:\n  deploy:\n    steps:\n      - run: |\n          curl $URL/queues.create \\\n            -d '{}'\n",
  ),
];
