/** Helm and the Kubernetes API as the actions use them, against a real cluster; for tests below the actions. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createExec } from "../../src/core/exec.ts";
import type { ComponentUse } from "../../src/environment/model.ts";
import { findHelm, type Helm } from "../../src/helm/helm.ts";
import { connectKubernetes, type Kubernetes } from "../../src/kubernetes/api.ts";
import { ensureTools } from "../cluster/tools.ts";

export const MAJORS = ["helm", "helm3"] as const;
export type Major = (typeof MAJORS)[number];

export interface RealHelm {
  helm: Record<Major, Helm>;
  kubernetes: Kubernetes;
  /** Runs a tool as a person would; returns what it prints. */
  run(tool: Major | "kubectl", args: readonly string[], stdin?: string): Promise<string>;
  /** A Helm 4 of its own, with variables on top. */
  helmWith(variables: Readonly<Record<string, string>>): Promise<Helm>;
  /** A private folder, gone after `stop`. */
  folder: string;
  stop(): Promise<void>;
}

/** Both majors of Helm and kubectl, on the cluster of a kubeconfig. */
export async function realHelm(kubeconfig: string): Promise<RealHelm> {
  const tools = await ensureTools(["helm", "helm3", "kubectl"]);
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-helm-"));
  const log = {
    info: () => undefined,
    debug: () => undefined,
    group: <T>(_: string, work: () => T) => work(),
  };
  for (const major of MAJORS) {
    mkdirSync(join(folder, major));
    symlinkSync(tools[major], join(folder, major, "helm"));
    symlinkSync(tools.kubectl, join(folder, major, "kubectl"));
  }
  const context = (major: Major, variables: Readonly<Record<string, string>> = {}) => {
    const bin = join(folder, major);
    const path = [bin, process.env.PATH].join(delimiter);
    const env = { PATH: path, HOME: folder, KUBECONFIG: kubeconfig, ...variables };
    return { exec: createExec(env, log), env, tempDir: async () => bin };
  };
  const contexts = { helm: context("helm"), helm3: context("helm3") };
  return {
    helm: { helm: await findHelm(contexts.helm), helm3: await findHelm(contexts.helm3) },
    kubernetes: await connectKubernetes(contexts.helm),
    async run(tool, args, stdin) {
      const { exec } = contexts[tool === "kubectl" ? "helm" : tool];
      const options = { quiet: true, ...(stdin === undefined ? {} : { stdin }) };
      return (await exec.run(tool === "kubectl" ? tool : "helm", args, options)).stdout;
    },
    helmWith: (variables) => findHelm(context("helm", variables)),
    folder,
    async stop() {
      await Promise.all(Object.values(contexts).map(({ exec }) => exec.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A component, as far as Helm's calls look at it. */
export function componentUse(namespace: string, release: string): ComponentUse {
  const at = { file: "clearml.yaml", line: 3, column: 5 };
  return { id: "redis", namespace, release, at } as ComponentUse;
}
