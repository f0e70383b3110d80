import { z } from "zod";
import { jsonOf } from "../core/json.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import { MANAGED_BY } from "../kubernetes/namespaces.ts";
import { type KubernetesObject, resourcePath } from "../kubernetes/objects.ts";
import type { Application } from "./packages.ts";

/** Name of the ConfigMap, beside the control plane. Deleting it makes the next run upload again. */
export const MEMORY = "clearml-actions-applications";

/** What was uploaded last. */
export interface Uploaded {
  /** Digest of the archive as it came. */
  archive: string;
  /** Source of the archive, without its address. */
  source: string;
  etag?: string;
  /** Registry the images were converted to; empty for ClearML's own. */
  registry: string;
  /** Address of the server it was uploaded to. */
  host: string;
  applications: readonly Pick<Application, "id" | "version">[];
}

const APPLICATIONS = z.array(z.object({ id: z.string(), version: z.string() }));
const DATA = z.object({
  archive: z.string(),
  source: z.string(),
  etag: z.string().optional(),
  registry: z.string(),
  host: z.string(),
  applications: z.string().transform((text, issues) => {
    const list = APPLICATIONS.safeParse(jsonOf(text));
    if (list.success) return list.data;
    issues.addIssue({ code: "custom", message: "no list" });
    return z.NEVER;
  }),
});

/** What was uploaded last; undefined when nothing was, or nobody can tell any more. */
export async function readUploaded(
  kubernetes: Pick<Kubernetes, "get">,
  namespace: string,
): Promise<Uploaded | undefined> {
  const found = await kubernetes.get(resourcePath("v1", "ConfigMap", namespace, MEMORY));
  const data = DATA.safeParse(found?.data);
  if (!data.success) return undefined;
  const { etag, ...rest } = data.data;
  return { ...rest, ...(etag ? { etag } : {}) };
}

export async function writeUploaded(
  kubernetes: Pick<Kubernetes, "apply">,
  namespace: string,
  { applications, ...texts }: Uploaded,
): Promise<void> {
  const memory: KubernetesObject = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: MEMORY, namespace, labels: { ...MANAGED_BY } },
    data: {
      ...texts,
      applications: JSON.stringify(applications.map(({ id, version }) => ({ id, version }))),
    },
  };
  await kubernetes.apply(memory);
}
