import { setting } from "../server-settings.ts";
import { file, files, type RuleCase } from "./model.ts";

const environmentFiles = (address: string, company: string, more = "") => ({
  "clearml.yaml": `version: 1
name: test
baseDomain: ml.example.com
variables: { NODE: ${address} }
components:
  gpu-operator: { version: <CURRENT CHART VERSION>, values: { operator: { repository: a/b } }${more} }
tenants: tenants/*.yaml
`,
  "tenants/acme.yaml": `name: acme
company: ${company}
admin: { name: A, email: a@acme.example }
`,
});

export const cases: readonly RuleCase[] = [
  file(
    "placeholder-left",
    "agent",
    "a name in angle brackets",
    "agentk8sglue:\n  apiServerUrlReference: https://api.<BASE_DOMAIN>\n",
    ["error 2:26"],
    "agentk8sglue:\n  apiServerUrlReference: https://api.${BASE_DOMAIN}\n",
  ),
  file(
    "placeholder-left",
    "agent",
    "a dash for a credential",
    'clearml:\n  agentk8sglueKey: "-"\n',
    ["error 2:20"],
    "clearml:\n  agentk8sglueKey: ${TENANT_ACCESS_KEY}\n",
  ),
  file(
    "placeholder-left",
    "control-plane",
    "a name within a configuration file",
    "apiserver:\n  additionalConfigs:\n    a.conf: |\n      host: <BASE_DOMAIN>\n      x: 1\n",
    ["error 3:13"],
    "apiserver:\n  additionalConfigs:\n    a.conf: |\n      cat <<MY_EOF>file; a < b > c; Ops <ops@example.com>\n      x: 1\n",
  ),
  file(
    "placeholder-left",
    "control-plane",
    "angle brackets that are HTML or an address",
    setting("WEBSERVER__loginNotice", "'\"<LOGIN_NOTICE>\"'"),
    ["error 4:14"],
    setting("WEBSERVER__loginNotice", "'\"<b>Hello</b> Ops <ops@example.com>\"'"),
  ),
  file(
    "placeholder-left",
    "agent",
    "what a switched-off feature would use",
    'sessions:\n  portModeEnabled: true\n  agentID: "<TENANT_NAMESPACE>"\n',
    ["error 3:12"],
    'sessions:\n  portModeEnabled: false\n  agentID: "<TENANT_NAMESPACE>"\n',
  ),
  file(
    "placeholder-left",
    "agent",
    "a name that is a key",
    "agentk8sglue:\n  queues:\n    <QUEUE_NAME>:\n      templateOverrides: {}\n",
    ["error 3:5"],
    "agentk8sglue:\n  queues:\n    gpu:\n      templateOverrides: {}\n",
  ),
  files(
    "placeholder-left",
    "a name in the environment's own files",
    environmentFiles("<NODE_IP OR EXTERNAL_NAME>", "<COMPANY>", ", repository: <https://a.example>"),
    ["error clearml.yaml:4:20", "error tenants/acme.yaml:2:10"],
    environmentFiles("10.0.0.1", "Acme <b>& Sons</b>"),
  ),
];
