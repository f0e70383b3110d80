import { filesOf } from "../environment-files.ts";
import { files, type RuleCase } from "./model.ts";

const agent = (database?: string, host = "redis-master.redis-shared") =>
  `imageCredentials: { password: "\${TOKEN}" }\nagentk8sglue:\n  extraEnvs:\n    - name: CLEARML_AGENT_REDIS_HOST\n      value: ${host}\n${
    database === undefined ? "" : `    - name: CLEARML_AGENT_REDIS_DB\n      value: "${database}"\n`
  }`;
const sample = (first: string, second: string) =>
  filesOf({
    components: ["redis: {}"],
    tenants: { acme: ["agent: { overrides: [o/a.yaml] }"], globex: ["agent: { overrides: [o/g.yaml] }"] },
    files: { "tenants/o/a.yaml": first, "tenants/o/g.yaml": second },
  });

export const cases: readonly RuleCase[] = [
  files(
    "shared-redis-isolation",
    "two tenants in one database",
    sample(agent("0"), agent()),
    ["info tenants/o/a.yaml:5:14"],
    sample(agent("0"), agent("1")),
  ),
  files(
    "shared-redis-isolation",
    "two instances, or one that is not known yet",
    sample(agent(), agent()),
    ["info tenants/o/a.yaml:5:14"],
    sample(agent(), agent("0", "${TENANT}-redis")),
  ),
  files(
    "shared-redis-isolation",
    "the server's own agent is no tenant, and a database that is a secret is not known",
    sample(agent(), agent("0")),
    ["info tenants/o/a.yaml:5:14"],
    filesOf({
      components: ["redis: {}", "agent: { overrides: [tenants/o/a.yaml] }"],
      tenants: {
        acme: ["agent: { overrides: [o/a.yaml] }"],
        globex: ["agent: { overrides: [o/g.yaml] }"],
        initech: ["agent: { overrides: [o/g.yaml] }"],
      },
      files: { "tenants/o/a.yaml": agent(), "tenants/o/g.yaml": agent("${TOKEN}") },
    }),
  ),
];
