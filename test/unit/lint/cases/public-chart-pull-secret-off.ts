import { files, type RuleCase } from "./model.ts";

const community = (values: string) => ({
  "clearml.yaml": `version: 1
name: test
edition: community
baseDomain: ml.example.com
secrets: [TOKEN]
components:
  control-plane: { version: 7.14.7, overrides: [values.yaml] }
`,
  "values.yaml": values,
});

export const cases: readonly RuleCase[] = [
  files(
    "public-chart-pull-secret-off",
    "credentials that are not used",
    community("imageCredentials: { password: '${TOKEN}' }\n"),
    ["warning values.yaml:1:31"],
    community("imageCredentials: { enabled: true, password: '${TOKEN}' }\n"),
  ),
];
