import { z } from "zod";
import { quantityOf } from "../kubernetes/quantities.ts";
import { nearestName } from "../yaml/nearest.ts";

/** What a quota can limit by name, beside objects, storage classes and the resources of device plugins. */
const RESOURCES = [
  ...["cpu", "memory", "ephemeral-storage"].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
  "requests.storage",
  "pods",
  "services",
  "services.loadbalancers",
  "services.nodeports",
  "persistentvolumeclaims",
  "configmaps",
  "secrets",
  "replicationcontrollers",
  "resourcequotas",
];

const NAME = "[a-z0-9]([-a-z0-9.]*[a-z0-9])?";
/** Objects of a kind, claims of a storage class, devices of a class; and what device plugins offer. */
const QUALIFIED = new RegExp(
  `^(count/${NAME}|${NAME}\\.storageclass\\.storage\\.k8s\\.io/(requests\\.storage|persistentvolumeclaims)|${NAME}\\.deviceclass\\.resource\\.k8s\\.io/devices|requests\\.${NAME}/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?|(requests\\.)?hugepages-[0-9]+[KMG]i)$`,
);
const EXTENDED = /^(limits\.)?([a-z0-9.-]+\/[A-Za-z0-9_.-]+)$/;

const resource = z.string().superRefine((name, context) => {
  const wrong = nameProblem(name);
  if (wrong) context.addIssue({ code: "custom", message: wrong });
});

/** `quota` of a tenant's file: `hard` of a ResourceQuota. */
export const quotaSchema = z
  .record(resource, z.union([z.string(), z.number()]))
  .superRefine((quota, context) => {
    for (const [name, value] of Object.entries(quota)) {
      const wrong = valueProblem(name, value);
      if (wrong) context.addIssue({ code: "custom", path: [name], message: wrong });
    }
  })
  .meta({
    description:
      "What the namespace may take at most, as `hard` of a ResourceQuota: `requests.nvidia.com/gpu: 8`, `limits.memory: 512Gi`, `pods: 100`. With cpu or memory in it, every container has to name its own",
  });

function nameProblem(name: string): string | undefined {
  if (RESOURCES.includes(name) || QUALIFIED.test(name)) return undefined;
  const extended = EXTENDED.exec(name)?.[2];
  // The API server takes other forms of it, and never looks at them again.
  if (extended)
    return `quotas count resources of devices by their requests alone: write \`requests.${extended}\``;
  const nearest = nearestName(name, RESOURCES);
  return `no quota can limit \`${name}\`${nearest ? `, did you mean \`${nearest}\`?` : ""}`;
}

function valueProblem(name: string, value: string | number): string | undefined {
  const quantity = quantityOf(String(value));
  if (quantity === undefined) return "expected a quantity such as 8, 500m or 512Gi";
  const isWhole = Number.isInteger(quantity) || /(^|\.)cpu$/.test(name);
  return isWhole ? undefined : "expected a whole number, with a unit such as Gi for bytes";
}
