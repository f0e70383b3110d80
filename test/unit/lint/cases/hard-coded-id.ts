import { filesOf } from "../environment-files.ts";
import { commands, environment, file, files, type RuleCase } from "./model.ts";

const USER = "75557e2ab172405bbe153705e91d1782";
const COMPANY = "d1bd92a3b039400cbafc60a7a5b1e52b";
const OTHER = "0f9d3c6e2b1a4875a6c1e0d4b7f82935";

const withVariable = (id: string) => {
  const all = filesOf({ components: ["network-isolation: {}"] });
  const text = `${all["clearml.yaml"]}`;
  return { ...all, "clearml.yaml": text.replace("tenants:", `variables: { SUPERVISOR: ${id} }\ntenants:`) };
};

export const cases: readonly RuleCase[] = [
  commands(
    "hard-coded-id",
    "queue.sh",
    "the user of a guide in a call",
    `curl $API/queues.create \\\n  -H "X-Clearml-Impersonate-As: ${USER}" -d '{"name":"default"}'\n`,
    ["error queue.sh:2:33"],
    `curl $API/queues.create \\\n  -H "X-Clearml-Impersonate-As: ${OTHER}" -d '{"name":"default"}'\n`,
  ),
  commands(
    "hard-coded-id",
    "tenant.sh",
    "the default company as a tenant",
    `curl $API/auth.create_user -d '{"company":"${COMPANY}"}'\n`,
    ["error tenant.sh:1:44"],
    `helm upgrade clearml ./chart --set clearml.defaultCompany=${COMPANY}\n# ${USER}\n`,
  ),
  file(
    "hard-coded-id",
    "agent",
    "in values of a tenant",
    `agentk8sglue:\n  extraEnvs:\n    - name: COMPANY\n      value: ${COMPANY}\n`,
    ["error 4:14"],
    "agentk8sglue:\n  extraEnvs:\n    - name: COMPANY\n      value: ${COMPANY_ID}\n",
  ),
  environment(
    "hard-coded-id",
    "as the supervisor's company it is right, as a user it is not",
    {
      controlPlane: `apiserver:\n  extraEnvs:\n    - name: CLEARML__services__workers__resource_usages__supervisor_company\n      value: '"${USER}"'\n`,
    },
    ["error control-plane.yaml:4:14"],
    {
      controlPlane: `clearml: { defaultCompany: ${COMPANY} }\napiserver:\n  extraEnvs:\n    - name: CLEARML__services__workers__resource_usages__supervisor_company\n      value: '"${COMPANY}"'\n`,
    },
  ),
  files(
    "hard-coded-id",
    "as the company of a tenant",
    filesOf({
      files: {
        "tenants/acme.yaml": `name: acme\ncompany: ${COMPANY}\nadmin: { name: A, email: a@acme.example }\n`,
      },
    }),
    ["error tenants/acme.yaml:2:10"],
    filesOf({
      files: {
        "tenants/acme.yaml": "name: acme\ncompany: Acme\nadmin: { name: A, email: a@acme.example }\n",
      },
    }),
  ),
  files(
    "hard-coded-id",
    "a variable may stand for the default company, but for no user of a guide",
    withVariable(USER),
    ["error clearml.yaml:5:26"],
    withVariable(COMPANY),
  ),
];
