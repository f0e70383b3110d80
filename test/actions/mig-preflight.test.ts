import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { createExec, type Exec } from "../../src/core/exec.ts";
import { connectKubernetes } from "../../src/kubernetes/api.ts";
import { type MigPreflight, migPreflight } from "../../src/mig/preflight/preflight.ts";
import type { PreflightFinding } from "../../src/preflight/model.ts";
import { writeKubeconfig } from "../cluster/kubeconfig.ts";
import { type Kubectl, kubectlFor } from "../cluster/kubectl.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import { create } from "../support/preflight.ts";

const README = resolve(import.meta.dirname, "../../actions/mig-enable/README.md");
const LOG = { info: () => undefined, debug: () => undefined };
const GPU_NODE = {
  name: "gpu-1",
  cpu: "8",
  memory: "32Gi",
  labels: { "nvidia.com/mig.config": "all-disabled" },
};
const CRD = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "clusterpolicies.nvidia.com" },
  spec: {
    group: "nvidia.com",
    scope: "Cluster",
    names: { plural: "clusterpolicies", singular: "clusterpolicy", kind: "ClusterPolicy" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

let cluster: Cluster;
let kubectl: Kubectl;
let program: string;
let folder: string;
const running: Exec[] = [];

beforeAll(async () => {
  ({ kubectl: program } = await ensureTools(["kubectl"]));
  cluster = await startCluster({ nodes: [GPU_NODE], auditLog: true });
  kubectl = kubectlFor(program, cluster.kubeconfig);
  folder = mkdtempSync(join(tmpdir(), "clearml-actions-mig-preflight-"));
});
afterAll(async () => {
  await Promise.all(running.map((exec) => exec.stop()));
  await cluster?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** What is found as the account of a kubeconfig. */
async function find(kubeconfig: string, more: Partial<MigPreflight> = {}): Promise<PreflightFinding[]> {
  const env = { PATH: [dirname(program), process.env.PATH].join(":"), HOME: folder, KUBECONFIG: kubeconfig };
  const exec = createExec(env, LOG as never);
  running.push(exec);
  const own = mkdtempSync(join(folder, "run-"));
  const kubernetes = await connectKubernetes({ exec, env, tempDir: async () => own });
  return migPreflight({
    kubernetes,
    nodes: [{ apiVersion: "v1", kind: "Node", metadata: GPU_NODE }],
    wanted: "enabled",
    label: "true",
    drain: true,
    reboot: true,
    namespace: "gpu-operator",
    execNamespaces: ["gpu-operator"],
    ...more,
  });
}

const told = (findings: readonly PreflightFinding[]) =>
  findings.map(({ severity, check, message }) => `${severity} ${check}: ${message}`);

function accountOf(name: string, subject = `CN=${name}`): Promise<string> {
  if (!cluster.authority) throw new Error("accounts with certificates need a cluster of our own");
  return writeKubeconfig(cluster.authority, cluster.server, { name, subject });
}

describe("the GPU operator of a cluster", () => {
  it("is unknown without its API, and without a ClusterPolicy", async () => {
    const unknown = [expect.stringMatching(/^info mig-manager-enabled: the cluster has no ClusterPolicy/)];
    expect(told(await find(cluster.kubeconfig))).toEqual(unknown);
    await create(kubectl, CRD);
    await kubectl(["wait", "--for=condition=Established", "crd/clusterpolicies.nvidia.com", "--timeout=30s"]);
    expect(told(await find(cluster.kubeconfig))).toEqual(unknown);
  });

  it("is told of where it works against CDMO", async () => {
    const spec = { migManager: { enabled: true }, mig: { strategy: "single" } };
    await create(kubectl, {
      apiVersion: "nvidia.com/v1",
      kind: "ClusterPolicy",
      metadata: { name: "cluster-policy" },
      spec,
    });
    expect(told(await find(cluster.kubeconfig))).toEqual([
      expect.stringMatching(
        /^error mig-manager-enabled: .*`migManager\.enabled` is `true`.* makes `all-disabled` on gpu-1$/,
      ),
      expect.stringMatching(/^error mig-manager-enabled: .*`mig\.strategy` is `single`/),
    ]);
    expect(told(await find(cluster.kubeconfig, { wanted: "disabled" }))).toEqual([]);
  });

  it("is fine as CDMO needs it; finding that out writes nothing and takes few questions", async () => {
    const spec = { migManager: { enabled: false }, mig: { strategy: "mixed" } };
    await kubectl([
      "patch",
      "clusterpolicy",
      "cluster-policy",
      "--type=merge",
      "-p",
      JSON.stringify({ spec }),
    ]);
    expect(await find(await accountOf("auditor", "CN=auditor,O=system:masters"))).toEqual([]);
    const requests = readFileSync(cluster.auditLog ?? "", "utf8")
      .split("\n")
      .filter((line) => line.includes('"username":"auditor"'))
      .map((line) => JSON.parse(line) as { verb: string; requestURI: string })
      .map(
        ({ verb, requestURI }) =>
          `${verb} ${requestURI.split("?")[0]}${/dryRun=All/.test(requestURI) ? " dry" : ""}`,
      );
    expect(requests.toSorted()).toEqual([
      "create /apis/authorization.k8s.io/v1/selfsubjectaccessreviews dry",
      "get /version",
      "list /apis/nvidia.com/v1/clusterpolicies",
    ]);
  });
});

describe("an account with few rights", () => {
  let account: string;
  let asAccount: Kubectl;

  beforeAll(async () => {
    account = await accountOf("mig");
    asAccount = kubectlFor(program, account);
    await kubectl(["create", "namespace", "gpu-operator"]);
    const bind = ["--user=mig", "--clusterrole=view"];
    await kubectl(["create", "clusterrolebinding", "mig-views", ...bind]);
  });

  it("is told all that is missing before anything is changed, and what could not be looked at", async () => {
    expect(told(await find(account))).toEqual([
      "error rights: in the whole cluster the account mig may not get/list/patch nodes; list clusterpolicies.nvidia.com; create pods/eviction",
      "error rights: in namespace default the account mig may not get/create/update leases.coordination.k8s.io",
      "error rights: in namespace gpu-operator the account mig may not get/create pods/exec; create/delete pods",
      expect.stringMatching(
        /^warning mig-manager-enabled: could not check the settings of the GPU operator: .*\(403\)/,
      ),
    ]);
  });

  it("is asked for less where the run does less", async () => {
    const less = { label: "false", drain: false, reboot: false, execNamespaces: [] } as const;
    const errors = (await find(account, less)).filter(({ severity }) => severity === "error");
    expect(told(errors)).toEqual([
      "error rights: in the whole cluster the account mig may not get/list nodes; list clusterpolicies.nvidia.com",
    ]);
  });

  it("has what it needs once the printed roles are applied, to the letter", async () => {
    await kubectl(["delete", "clusterrolebinding", "mig-views"]);
    const apply = async (more: Partial<MigPreflight>) => {
      const snippets = (await find(account, more)).flatMap(({ snippet }) => snippet ?? []);
      await kubectl(["apply", "-f", "-"], snippets.join("---\n"));
    };
    await apply({ drain: false, reboot: false });
    expect(await find(account, { drain: false, reboot: false })).toEqual([]);
    // What is added for a run that does more must not take away what the first one has got.
    await apply({});
    expect(await find(account)).toEqual([]);
    await asAccount(["label", "node", "gpu-1", "mig=tried"]);
    await asAccount(["get", "clusterpolicies,nodes"]);
    const containers = [{ name: "c", image: "example.com/c" }];
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", namespace: "gpu-operator" },
      spec: { containers },
    };
    await asAccount(["create", "-f", "-"], JSON.stringify(pod));
    await kubectl(["-n", "gpu-operator", "wait", "--for=condition=Ready", "pod/p", "--timeout=30s"]);
    // The nodes of this cluster run nothing: whatever they answer, the API server let it through.
    await expect(asAccount(["-n", "gpu-operator", "exec", "p", "-c", "c", "--", "true"])).rejects.not.toThrow(
      /forbidden/i,
    );
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: pod.metadata };
    await asAccount(
      ["create", "--raw", "/api/v1/namespaces/gpu-operator/pods/p/eviction", "-f", "-"],
      JSON.stringify(eviction),
    );
  });

  it("has what it needs with the roles of the README", async () => {
    const roles = examples().find((each) => each.includes("ClusterRole")) ?? "";
    const reader = await accountOf("reader");
    await kubectl(["apply", "-f", "-"], roles.replaceAll("clearml-actions-mig-enable", "from-readme"));
    for (const role of parseAllDocuments(roles).map((each) => each.toJS() as Role)) {
      const { namespace } = role.metadata;
      const place = namespace ? ["-n", namespace, "create", "rolebinding"] : ["create", "clusterrolebinding"];
      await kubectl([...place, "from-readme", `--${role.kind.toLowerCase()}=from-readme`, "--user=reader"]);
    }
    expect(await find(reader)).toEqual([]);
    expect(await find(reader, { execNamespaces: undefined })).toEqual([]);
  });

  it("may be allowed to do everything by name of its rights only", async () => {
    await kubectl([
      "create",
      "clusterrolebinding",
      "mig-may-all",
      "--user=mig",
      "--clusterrole=cluster-admin",
    ]);
    expect(await find(account, { execNamespaces: undefined })).toEqual([]);
  });
});

interface Role {
  kind: string;
  metadata: { namespace?: string };
}

/** The YAML that the README shows. */
function examples(): string[] {
  const text = readFileSync(README, "utf8");
  return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml ?? "");
}
