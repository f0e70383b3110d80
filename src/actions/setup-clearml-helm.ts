import { z } from "zod";
import { action } from "../core/action.ts";
import { flag, lines, secret, text } from "../core/fields.ts";
import { CHECKOUT } from "../core/token-rights.ts";
import { logIn } from "../login/login.ts";
import { planLogins } from "../login/plan.ts";
import { createArchiveCache, KEPT_ARCHIVES, saveArchives } from "../tools/archive-cache.ts";
import { PUBLISHERS } from "../tools/publishers.ts";
import { reportSetup } from "../tools/report.ts";
import { installTools } from "../tools/setup.ts";

const version = (tool: keyof typeof PUBLISHERS) =>
  text(
    `Version of ${tool}: exact, a range (\`3.x\`, \`~4.2\`, \`4\`) or \`latest\`; without it that of \`version-file\`, else ${PUBLISHERS[tool].defaultVersion}`,
  ).optional();

const inputs = z.object({
  "helm-version": version("helm"),
  "kubectl-version": version("kubectl"),
  "kubeconform-version": version("kubeconform"),
  "version-file": text("File that names versions: `.tool-versions` or `mise.toml`").optional(),
  "dockerhub-username": text("User for `dockerhub-token`").prefault("allegroaienterprise"),
  "dockerhub-token": secret("Token for the enterprise charts on Docker Hub (OCI)").optional(),
  "helm-repo-token": secret("GitHub token for ClearML's classic chart repositories").optional(),
  repositories: lines(
    "Further chart sources, one per line: `name=url` or `oci://host`, then `username=VARIABLE password=VARIABLE` (names of environment variables) or `credentials=` with the name of a token input",
  ).optional(),
  mirror: text("Base URL to download from in place of the publishers, with their paths below it").optional(),
  "mirror-token": secret("Token for `mirror`, sent as a bearer token").optional(),
  checksums: text(
    "File with `sha256  path` lines for builds of your own on `mirror`; they come before the built-in sums",
  ).optional(),
  "skip-login": flag("Only install").prefault("false"),
  config: text("Environment file, read for `list-images` only").prefault("clearml.yaml"),
  "list-images": text(
    "Text file to write: every chart and image that the environment needs, one on each line, for the registry behind an air gap",
  ).optional(),
});

const outputs = z.object({
  "helm-version": text("Version of helm"),
  "helm-path": text("Path of helm"),
  "kubectl-version": text("Version of kubectl"),
  "kubeconform-version": text("Version of kubeconform"),
  "cache-hit": text("`true` when nothing was downloaded from a publisher or the mirror"),
});

/** Installs helm, kubectl and kubeconform, checked, and logs Helm in to the chart sources. */
export const setupClearmlHelm = action({
  name: "setup-clearml-helm",
  description:
    "Installs Helm, kubectl and kubeconform, checked against their SHA-256 sums, and logs in to the ClearML charts",
  inputs,
  outputs,
  permissions: [{ ...CHECKOUT, when: "with `version-file`, `checksums` or `list-images`" }],
  state: KEPT_ARCHIVES,
  examples: [
    {
      does: "Install the tools and log in to the enterprise charts with the token in INPUT_DOCKERHUB_TOKEN",
      inputs: {},
    },
    {
      does: "Only install, from a mirror behind an air gap",
      inputs: { "skip-login": true, mirror: "https://mirror.example.com/tools" },
    },
  ],
  async run(given, context, results) {
    const plan = given["skip-login"] ? undefined : planLogins(given, context);
    const archives = createArchiveCache(context);
    const tools = await installTools(context, given, results, archives);
    const nothingToDo = !plan || plan.registries.length + plan.repositories.length === 0;
    const helmFiles = nothingToDo ? {} : await logIn(context, tools.helm, plan);
    reportSetup(context, tools, nothingToDo ? undefined : plan);
    const { config, "list-images": file } = given;
    if (file) {
      const { listImages } = await import("../render/list-images.ts");
      await listImages({ config, file, helmFiles: { ...helmFiles } }, process.cwd(), context);
    }
    return [...archives.kept];
  },
  /** The core removes the private Helm files afterwards; that is the log-out. */
  post: (archives, context) => saveArchives(context, archives),
});
