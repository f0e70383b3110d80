import { file, type RuleCase } from "./model.ts";

const METADATA = 'apiserver:\n  additionalConfigs:\n    idp.xml: ""\n';

export const cases: readonly RuleCase[] = [
  file(
    "additional-config-name",
    "control-plane",
    "another suffix",
    'apiserver:\n  additionalConfigs:\n    apiserver.yaml: ""\n',
    ["error 3:5"],
    'apiserver:\n  additionalConfigs:\n    apiserver.conf: ""\n',
  ),
  file(
    "additional-config-name",
    "control-plane",
    "a file that no setting names",
    `${METADATA}  extraEnvs: [{ name: X, value: /opt/clearml/config/other.xml }]\n`,
    ["error 3:5"],
    `${METADATA}  extraEnvs: [{ name: X, value: '"/opt/clearml/config/idp.xml"' }]\n`,
  ),
];
