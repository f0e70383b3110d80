/** Creates a cluster, as helm/kind-action does: hands out the kubeconfig of one that is there already. */
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const { INPUT_CONFIG: config = "", INPUT_CLUSTER_NAME: name, HOME = "", TEST_KUBECONFIG = "" } = process.env;
if (!readFileSync(config, "utf8").includes("kind: Cluster"))
  throw new Error(`${config} is no configuration of kind`);
if (!name)
  throw new Error("kind-action would call the cluster chart-testing, and `kind load` has another name");
const kubeconfig = join(HOME, ".kube", "config");
mkdirSync(dirname(kubeconfig), { recursive: true });
copyFileSync(TEST_KUBECONFIG, kubeconfig);
