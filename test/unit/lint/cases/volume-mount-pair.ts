import { environment, file, type RuleCase } from "./model.ts";

const SLUG = "volume-mount-pair";
const mounts = (volumes: string) =>
  `agentk8sglue:\n  basePodTemplate:\n    volumeMounts:\n      - name: dshm\n        mountPath: /dev/shm\n${volumes}`;
const VOLUME = "{ name: dshm, emptyDir: { medium: Memory, sizeLimit: 8Gi } }";
const memory = (limit: string) =>
  `agentk8sglue:\n  basePodTemplate:\n    volumes:\n      - ${VOLUME}\n    resources: { limits: { memory: ${limit} } }\n`;

export const cases: readonly RuleCase[] = [
  file(
    SLUG,
    "agent",
    "another name",
    mounts("    volumes: [{ name: shm, emptyDir: {} }]\n"),
    ["error 4:15"],
    mounts("    extraVolumes: [{ name: dshm, emptyDir: {} }]\n"),
  ),
  environment(SLUG, "no volume at all", { agent: mounts("") }, ["error tenants/acme/agent.yaml:4:15"], {
    agent: mounts(`    volumes: [${VOLUME}]\n`),
  }),
  environment(
    SLUG,
    "a queue that replaces the volumes",
    {
      agent: mounts(
        `    volumes: [${VOLUME}]\n  queues:\n    gpu: { templateOverrides: { volumes: [{ name: data, emptyDir: {} }] } }\n`,
      ),
    },
    ["error tenants/acme/agent.yaml:4:15"],
    {
      agent: mounts(
        `    volumes: [${VOLUME}]\n  queues:\n    gpu: { templateOverrides: { volumeMounts: [{ name: dshm, mountPath: /tmp }] } }\n`,
      ),
    },
  ),
  file(SLUG, "agent", "more than the memory", memory("4Gi"), ["warning 4:62"], memory("8Gi")),
];
