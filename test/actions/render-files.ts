import { chartsAtHand } from "../../src/chart/at-hand.ts";
import { loadEnvironment } from "../../src/environment/load.ts";
import { environmentReleases, lintScope } from "../../src/lint/engine.ts";
import type { Finding } from "../../src/lint/model.ts";
import { type Rendering, type RenderOptions, renderForLint } from "../../src/render/for-lint.ts";
import type { ensureTools } from "../cluster/tools.ts";
import { toolContext } from "../support/rendering.ts";
import { type Files, inFolder } from "../unit/environment/support.ts";

export type Tools = Awaited<ReturnType<typeof ensureTools>>;

export const MAJORS = ["helm", "helm3"] as const;
/** Rules about what charts render. */
export const RENDERED = /^(R\d|L138|V3|A1|S2)$/;

export interface Options extends Partial<RenderOptions> {
  /** Null for none at all. */
  major?: (typeof MAJORS)[number] | null;
  /** Tools on PATH beside Helm. */
  others?: Readonly<Record<string, string>>;
}

export interface Outcome {
  rendering: Rendering;
  /** `R2 error control-plane.yaml:2:3`. */
  found: string[];
  findings: Finding[];
  lines: string[];
}

/** Renders the environment of `clearml.yaml` among the files and lints what comes of it. */
export function renderFiles(tools: Tools, files: Files, options: Options = {}): Promise<Outcome> {
  const { major = "helm", others = { kubeconform: tools.kubeconform }, render = "true", cacheDir } = options;
  return inFolder(files, async (cwd) => {
    const parts = toolContext({ ...(major ? { helm: tools[major] } : {}), ...others });
    try {
      const environment = await loadEnvironment("clearml.yaml", { cwd });
      const charts = await chartsAtHand(environment, { cwd, env: {} });
      const releases = environmentReleases(environment, charts);
      const kept = cacheDir === undefined ? {} : { cacheDir };
      const rendering = await renderForLint(releases, { render, cwd, ...kept }, parts.context);
      const report = lintScope({ environment, releases, rendered: rendering.rendered });
      const findings = report.findings.filter(({ id }) => RENDERED.test(id));
      const found = findings.map(
        ({ id, severity, file, line, column }) => `${id} ${severity} ${file}:${line}:${column}`,
      );
      return { rendering, found, findings, lines: parts.lines };
    } finally {
      parts.remove();
    }
  });
}
