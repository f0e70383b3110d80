import { filesOf } from "../environment-files.ts";
import { files, type RuleCase } from "./model.ts";

const tenant = (text: string) => filesOf({ files: { "tenants/acme.yaml": text } });
const withIdentity = (email: string) =>
  filesOf({
    components: ["network-isolation: {}"],
    files: {
      "tenants/acme.yaml": "name: acme\nadmin: { name: A, email: ops@ml.example.com }\n",
      "clearml.yaml": `version: 1
name: test
baseDomain: ml.example.com
tenants: tenants/*.yaml
components:
  control-plane: { version: 10.12.7, overrides: [server.yaml] }
`,
      "server.yaml": `imageCredentials: { existingImagePullSecrets: [{ name: pull }] }
clearml: { cookieDomain: ml.example.com }
apiserver:
  extraEnvs:
    - { name: CLEARML__secure__credentials__supervisor__role, value: system }
    - { name: CLEARML__secure__credentials__supervisor__user_key, valueFrom: { secretKeyRef: { name: s, key: k } } }
    - { name: CLEARML__secure__credentials__supervisor__user_secret, valueFrom: { secretKeyRef: { name: s, key: l } } }
    - { name: CLEARML__secure__credentials__supervisor__email, value: '"${email}"' }
`,
    },
  });

export const cases: readonly RuleCase[] = [
  files(
    "tenant-unique",
    "a short name",
    tenant("name: ab\nadmin: { name: A, email: a@acme.example }\n"),
    ["error tenants/acme.yaml:1:7"],
    tenant("name: ab\ncompany: Ab Inc\nadmin: { name: A, email: a@acme.example }\n"),
  ),
  files(
    "tenant-unique",
    "a short company",
    tenant("name: acme\ncompany: 'AB '\nadmin: { name: A, email: a@acme.example }\n"),
    ["error tenants/acme.yaml:2:10"],
    tenant("name: acme\ncompany: ABC\nadmin: { name: A, email: a@acme.example }\n"),
  ),
  files(
    "tenant-unique",
    "the address of an identity of the server",
    withIdentity("ops@ml.example.com"),
    ["error tenants/acme.yaml:2:26"],
    withIdentity("supervisor@ml.example.com"),
  ),
];
