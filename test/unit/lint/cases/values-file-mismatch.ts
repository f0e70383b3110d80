import { commands, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  commands(
    "values-file-mismatch",
    "billing.sh",
    "a file prepared under one name and installed under another",
    "cat > values.override.yaml <<EOF\nimageCredentials: {}\nEOF\nhelm install billing ./billing.tgz -f overrides.yaml\n",
    ["warning billing.sh:4:39"],
    "cat > values.override.yaml <<EOF\nimageCredentials: {}\nEOF\nhelm install billing ./billing.tgz -f values.override.yaml\n",
  ),
  commands(
    "values-file-mismatch",
    "billing.sh",
    "two files, of which one is used elsewhere",
    "envsubst < a.yaml | tee agent-values.yaml\nhelm upgrade -i agent oci://x/agent --version 1.0.0 --values=overrides.yaml\n",
    ["warning billing.sh:2:62"],
    "envsubst < a.yaml | tee agent-values.yaml\nkubectl get -f agent-values.yaml\nhelm upgrade -i agent oci://x/agent --version 1.0.0 --values=overrides.yaml\nhelm list > releases.yaml\n",
  ),
  commands(
    "values-file-mismatch",
    "billing.sh",
    "a package of another version",
    'curl -fsSLO "$URL/clearml-billing-1.1.0.tgz"\nhelm install -n b clearml-billing clearml-billing-1.0.0.tgz\n',
    ["warning billing.sh:2:35"],
    'curl -fsSLO "$URL/clearml-billing-1.1.0.tgz"\ncp other-2.0.0.tgz .\nhelm install -n b clearml-billing clearml-billing-1.1.0.tgz\n',
  ),
  commands(
    "values-file-mismatch",
    "agent.sh",
    "files that are no values, or named where they lie",
    "sops -d in.yaml > overrides.yaml\nhelm install a ./a.tgz -f values.yaml\n",
    ["warning agent.sh:2:27"],
    "kustomize build > manifests.yaml\nhelm install a ./a.tgz -f values.yaml\n",
  ),
];
