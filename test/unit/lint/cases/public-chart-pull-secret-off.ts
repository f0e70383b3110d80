import { environmentWith } from "../support.ts";
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

const withServing = (credentials: string) =>
  environmentWith(`serving:\n  values: { imageCredentials: { ${credentials} } }`);

export const cases: readonly RuleCase[] = [
  files(
    "public-chart-pull-secret-off",
    "credentials that are not used",
    community("imageCredentials: { password: '${TOKEN}' }\n"),
    ["warning values.yaml:1:31"],
    community("imageCredentials: { enabled: true, password: '${TOKEN}' }\n"),
  ),
  files(
    "public-chart-pull-secret-off",
    "an enterprise chart, which makes its pull secret",
    community("imageCredentials: { enabled: false, password: '${TOKEN}' }\n"),
    ["warning values.yaml:1:47"],
    environmentWith(
      'control-plane:\n  version: 10.12.7\n  values: { imageCredentials: { password: "${TOKEN}" }, clearml: { cookieDomain: ml.example.com } }',
    ),
  ),
  files(
    "public-chart-pull-secret-off",
    "serving, which is public in every edition",
    withServing("password: '${TOKEN}'"),
    ["warning clearml.yaml:9:45"],
    withServing('password: ""'),
  ),
];
