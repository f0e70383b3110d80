import { type Spot, type SpotArguments, spotsOf } from "./model.ts";

const FILE = ".github/workflows/deploy.yml";

/** A workflow beside the environment that installs one chart by hand, and rightly. */
export const WORKFLOW = {
  [FILE]: `on: workflow_dispatch
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v5
      - run: |
          echo "$TOKEN" | helm registry login docker.io --username allegroaienterprise --password-stdin
          helm upgrade --install cfgi oci://docker.io/clearml/clearml-fractional-gpu-injector \\
            --version 1.3.0 --namespace cfgi -f overrides/dynamic-mig-operator.yaml
        env:
          TOKEN: \${{ secrets.TOKEN }}
`,
};

const spot = (...rest: SpotArguments) => spotsOf("commands")(FILE, ...rest);

/** Mistakes in the commands of workflows. */
export const COMMAND_SPOTS: readonly Spot[] = [
  spot("a backslash too many", ["double-backslash-continuation"], "gpu-injector \\\n", "gpu-injector \\\\\n"),
  spot("a token in the arguments", ["token-on-command-line"], "--password-stdin", "--password $TOKEN"),
  spot("no version", ["chart-version-unpinned"], "--version 1.3.0 ", "", { text: "helm upgrade" }),
  spot(
    "a repository of long ago",
    ["repo-generation"],
    "          helm upgrade",
    "          helm repo add allegroai https://raw.githubusercontent.com/allegroai/clearml-enterprise-helm-charts/gh-pages\n          helm upgrade",
    { text: "helm repo add" },
  ),
  spot(
    "a render put into the cluster",
    ["random-secret-per-render"],
    "          helm upgrade",
    "          helm template clearml oci://docker.io/clearml/clearml-enterprise --version 10.12.7 | kubectl apply -f -\n          helm upgrade",
    { text: "helm template" },
  ),
  spot(
    "brackets around a URL",
    ["angle-bracket-url"],
    "          helm upgrade",
    "          helm repo add bitnami <https://charts.bitnami.com/bitnami>\n          helm upgrade",
    { text: "helm repo add" },
  ),
]; // prettier-ignore
