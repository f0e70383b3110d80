/** Real admission webhooks on this machine: one that always does the same, and one that never does. */
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { createAuthority } from "../../cluster/certificates.ts";
import { serveHttps } from "../registries/http-server.ts";
import type { ClusterApi } from "./api.ts";

export interface Webhooks {
  /** Admission requests answered so far. */
  readonly asked: { dryRun: boolean; webhook: string }[];
  stop(): Promise<void>;
}

interface Review {
  apiVersion: string;
  kind: string;
  request: { uid: string; dryRun?: boolean; object: Workload };
}

interface Workload {
  metadata: { annotations?: Record<string, string>; labels?: Record<string, string> };
  spec: { template: { spec: PodSpec } };
}

interface PodSpec {
  containers: Container[];
  tolerations?: object[];
}

interface Container {
  name: string;
  image: string;
  env?: { name: string; value: string }[];
  resources?: { requests?: Record<string, string> };
}

/** Label of workloads by which they ask to be changed; its value names the webhook. */
export const MUTATE_LABEL = "test.example/mutate";
/** Annotation that the restless webhook writes anew each time. */
export const RESTLESS_ANNOTATION = "test.example/seen";
const MIRROR = "mirror.example.com/";

/**
 * What policy engines, meshes and mirrors do, all at once: a label, a sidecar, a variable, another registry, another
 * amount of what the chart asks for, and an item more in a list that has no keys.
 */
function settled(workload: Workload): Workload {
  const copy = structuredClone(workload);
  copy.metadata.labels = { ...copy.metadata.labels, "policy.example/checked": "true" };
  const pod = copy.spec.template.spec;
  for (const container of pod.containers) {
    if (!container.image.startsWith(MIRROR)) container.image = `${MIRROR}${container.image}`;
    if (!container.env?.some(({ name }) => name === "HTTPS_PROXY"))
      container.env = [...(container.env ?? []), { name: "HTTPS_PROXY", value: "http://proxy.example:3128" }];
    if (container.resources?.requests?.cpu) container.resources.requests.cpu = "300m";
  }
  if (!pod.containers.some(({ name }) => name === "mesh-proxy"))
    pod.containers.push({ name: "mesh-proxy", image: `${MIRROR}mesh/proxy:1.20` });
  if (!JSON.stringify(pod.tolerations ?? []).includes("dedicated"))
    pod.tolerations = [...(pod.tolerations ?? []), { key: "dedicated", operator: "Exists" }];
  return copy;
}

/** Overwrites what the chart says with another text on every write. */
function restless(workload: Workload): Workload {
  const copy = structuredClone(workload);
  copy.metadata.annotations = {
    ...copy.metadata.annotations,
    [RESTLESS_ANNOTATION]: randomUUID(),
    "test.example/nonce": randomUUID(),
  };
  return copy;
}

const CHANGES: Readonly<Record<string, (workload: Workload) => Workload>> = { settled, restless };

/** Starts the server and tells the API server of both webhooks, for workloads that carry the label. */
export async function startWebhooks(api: ClusterApi): Promise<Webhooks> {
  const folder = await mkdtemp(join(tmpdir(), "clearml-actions-webhooks-"));
  const authority = await createAuthority(folder);
  const own = await authority.issue("webhooks", "CN=webhooks", ["127.0.0.1"]);
  const tls = { cert: await readFile(own.certificate), key: await readFile(own.key) };
  const asked: { dryRun: boolean; webhook: string }[] = [];
  const server = await serveHttps(tls, async (incoming, response) => {
    const { apiVersion, kind, request } = (await json(incoming)) as Review;
    const webhook = (incoming.url ?? "").split("?")[0]?.slice(1) ?? "";
    asked.push({ dryRun: request.dryRun === true, webhook });
    const answer = { uid: request.uid, allowed: true, ...patchOf(request.object, CHANGES[webhook]) };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ apiVersion, kind, response: answer }));
  });
  const caBundle = (await readFile(authority.certificate)).toString("base64");
  const configuration = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "policies-of-the-platform" },
    webhooks: Object.keys(CHANGES).map((name) => ({
      name: `${name}.policies.example`,
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      clientConfig: { url: `${server.url}/${name}`, caBundle },
      objectSelector: { matchLabels: { [MUTATE_LABEL]: name } },
      rules: [
        {
          apiGroups: ["apps"],
          apiVersions: ["v1"],
          operations: ["CREATE", "UPDATE"],
          resources: ["deployments"],
        },
      ],
    })),
  };
  const path = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
  await api.create(path, "policy-engine", configuration);
  return {
    asked,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function patchOf(object: Workload, change: ((workload: Workload) => Workload) | undefined): object {
  if (!change) return {};
  const { metadata, spec } = change(object);
  const patch = [
    { op: "add", path: "/metadata/labels", value: metadata.labels ?? {} },
    { op: "add", path: "/metadata/annotations", value: metadata.annotations ?? {} },
    { op: "replace", path: "/spec/template/spec", value: spec.template.spec },
  ];
  return { patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(patch)).toString("base64") };
}
