import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ComponentId } from "../../../src/catalogue/model.ts";
import { chartsAtHand } from "../../../src/chart/at-hand.ts";
import { loadEnvironment } from "../../../src/environment/load.ts";
import type { Environment } from "../../../src/environment/model.ts";
import { commandsOf } from "../../../src/lint/commands/commands.ts";
import { environmentReleases, type LintResult, lintFiles, lintScope } from "../../../src/lint/engine.ts";
import type { Finding, FindingsReport, LintRelease } from "../../../src/lint/model.ts";
import { renderFailure } from "../../../src/render/failure.ts";
import type { RenderedRelease } from "../../../src/render/model.ts";
import { objectsOf } from "../../../src/render/objects.ts";
import { parseYaml } from "../../../src/yaml/source.ts";
import { type Files, inFolder, load } from "../environment/support.ts";
import type { Manifests, Sample } from "./cases/model.ts";

export const FIXTURES = resolve(import.meta.dirname, "../../fixtures");

/** Findings of a single values file. */
export function lintText(component: ComponentId, text: string): LintResult {
  return lintFiles([{ source: parseYaml(text, "values.yaml"), component }]);
}

/** Findings of a committed values file. */
export function lintFixture(component: ComponentId, file: string): FindingsReport {
  const text = readFileSync(resolve(FIXTURES, file), "utf8");
  return lintFiles([{ source: parseYaml(text, file), component }]);
}

/** Lints everything an environment deploys, from its files alone. */
export function lintEnvironment(environment: Environment): LintResult {
  return lintScope({ environment, releases: environmentReleases(environment) });
}

/** Findings of the environment of `clearml.yaml` among the files. */
export async function lintEnvironmentFiles(files: Files): Promise<FindingsReport> {
  return lintEnvironment(await load(files));
}

/** Findings of a sample, with everything it brings. */
export async function lintSample(sample: Sample): Promise<readonly Finding[]> {
  if (sample.kind === "file") return lintText(sample.component, sample.text).findings;
  if (sample.kind === "commands")
    return lintScope({ releases: [], commands: commandsOf(sample.file, sample.text) }).findings;
  const { environment, charts } = await loadWithCharts(sample.files);
  const releases = environmentReleases(environment, charts);
  const { cluster, manifests } = sample;
  const rendered = releases
    .filter(({ id }) => id === manifests?.component)
    .map((release) => renderedRelease(release, manifests));
  return lintScope({ environment, releases, rendered, ...(cluster ? { cluster } : {}) }).findings;
}

/** A release with its manifests and what the tools say of them. */
function renderedRelease(release: LintRelease, manifests: Manifests | undefined): RenderedRelease {
  const { text = "", refusal, violations = [], unknownKinds = [] } = manifests ?? {};
  const objects = objectsOf(text, release);
  const failure = refusal === undefined ? undefined : renderFailure(refusal, release);
  return {
    release,
    objects,
    unknownKinds,
    violations: violations.flatMap(({ name, ...violation }) =>
      objects.filter((object) => object.name === name).map((object) => ({ object, ...violation })),
    ),
    ...(failure ? { failure } : {}),
  };
}

/** The environment of `clearml.yaml`, and the charts that lie among the files. */
async function loadWithCharts(files: Files) {
  if (!Object.keys(files).some((path) => path.endsWith("/Chart.yaml")))
    return { environment: await load(files), charts: new Map() };
  return inFolder(files, async (cwd) => {
    const environment = await loadEnvironment("clearml.yaml", { cwd });
    return { environment, charts: await chartsAtHand(environment, { cwd, env: {} }) };
  });
}

/** `L31 error 4:7`: rule, severity and place. */
export function short({ id, severity, line, column }: Finding): string {
  return `${id} ${severity} ${line}:${column}`;
}

/**
 * An environment with an override file for the control plane, and one for each of a tenant's components. What they
 * need to be complete is given in place.
 */
export function environmentOf(overrides: {
  controlPlane?: string;
  agent?: string;
  gateway?: string;
  router?: string;
  gatewayVersion?: string;
  more?: string;
}): Files {
  const tenantComponents = [
    overrides.agent === undefined
      ? []
      : [
          "agent: { version: 6.14.6, overrides: [acme/agent.yaml], values: { imageCredentials: { password: '${TOKEN}' } } }",
        ],
    overrides.gateway === undefined
      ? []
      : [
          `app-gateway: { version: ${overrides.gatewayVersion ?? "3.2.0"}, overrides: [acme/gateway.yaml], values: { imageCredentials: { password: '\${TOKEN}' } } }`,
        ],
    overrides.router === undefined
      ? []
      : [
          "task-traffic-router: { version: 1.4.0, overrides: [acme/router.yaml], values: { imageCredentials: { password: '${TOKEN}' }, clearml: { authCookieName: cookie } } }",
        ],
  ].flat();
  return {
    "clearml.yaml": `version: 1
name: test
baseDomain: ml.example.com
variables: { MAIL: ops@ml.example.com, HOST: Bad_Host, LIST: "a,b" }
secrets: [TOKEN, OTHER]
components:
  control-plane:
    version: 10.12.7
    overrides: [control-plane.yaml]
    values: { imageCredentials: { password: "\${TOKEN}" }, clearml: { cookieDomain: "\${BASE_DOMAIN}" } }
tenants: tenants/*.yaml
${overrides.more ?? ""}`,
    "control-plane.yaml": overrides.controlPlane ?? "",
    "tenants/acme.yaml": `name: acme
admin: { name: A, email: a@acme.example }
components:
${tenantComponents.map((line) => `  ${line}`).join("\n") || "  {}"}
`,
    ...(overrides.agent === undefined ? {} : { "tenants/acme/agent.yaml": overrides.agent }),
    ...(overrides.gateway === undefined ? {} : { "tenants/acme/gateway.yaml": overrides.gateway }),
    ...(overrides.router === undefined ? {} : { "tenants/acme/router.yaml": overrides.router }),
  };
}

/** An environment of these components, on lines of their own below `components:`, with further files. */
export function environmentWith(components: string, files: Files = {}, edition = "enterprise"): Files {
  return {
    "clearml.yaml": `version: 1
name: test
baseDomain: ml.example.com
edition: ${edition}
variables: { REGISTRY: oci://docker.io/allegroai }
secrets: [TOKEN]
components:
${components.replaceAll(/^/gm, "  ")}
`,
    ...files,
  };
}

/** An environment with one tenant that has these components, from line 11 on. */
export function tenantWith(components: string, files: Files = {}, edition = "enterprise"): Files {
  return {
    "clearml.yaml": `version: 1
name: test
baseDomain: ml.example.com
edition: ${edition}
secrets: [TOKEN]
components: {}
tenants:
  - name: acme
    admin: { name: A, email: a@acme.example }
    components:
${components.replaceAll(/^/gm, "      ")}
`,
    ...files,
  };
}
