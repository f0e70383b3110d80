import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chartsAtHand } from "../../src/chart/at-hand.ts";
import { loadEnvironment } from "../../src/environment/load.ts";
import { environmentReleases, lintScope } from "../../src/lint/engine.ts";
import type { Finding } from "../../src/lint/model.ts";
import { type Rendering, type RenderOptions, renderForLint } from "../../src/render/for-lint.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type Registries, startRegistries } from "../support/registries/start-all.ts";
import { toolContext } from "../support/rendering.ts";
import { copyExample } from "../support/world.ts";
import { type Files, inFolder } from "../unit/environment/support.ts";

type Tools = Awaited<ReturnType<typeof ensureTools>>;

const TOOLS = ["helm", "helm3", "kubeconform", "registry", "kubectl"] as const;
const MAJORS = ["helm", "helm3"] as const;
const OURS = /^(R\d|L138|V3|A1|S2)$/;
let tools: Tools;

beforeAll(async () => {
  tools = await ensureTools(TOOLS);
});

interface Options extends Partial<RenderOptions> {
  /** Null for none at all. */
  major?: (typeof MAJORS)[number] | null;
  /** Tools on PATH beside Helm. */
  others?: Readonly<Record<string, string>>;
}

interface Outcome {
  rendering: Rendering;
  /** `R2 error control-plane.yaml:2:3`. */
  found: string[];
  findings: Finding[];
  lines: string[];
}

/** Renders the environment of `clearml.yaml` among the files and lints what comes of it. */
function renderFiles(files: Files, options: Options = {}): Promise<Outcome> {
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
      const findings = report.findings.filter(({ id }) => OURS.test(id));
      const found = findings.map(
        ({ id, severity, file, line, column }) => `${id} ${severity} ${file}:${line}:${column}`,
      );
      return { rendering, found, findings, lines: parts.lines };
    } finally {
      parts.remove();
    }
  });
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  creationTimestamp: null
spec:
  replicas: {{ .Values.replicaCount }}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: {{ .Values.image.repository }}:{{ .Values.image.tag }}
          resources: {{- toYaml .Values.resources | nindent 12 }}
          env:
            - { name: KEY, value: {{ .Values.key | quote }} }
      {{- with .Values.pod }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
`;

const VALUES = `replicaCount: 1
image: { repository: example.com/web, tag: "1.0" }
resources: {}
key: none
pod: {}
`;

/** An environment with a chart of its own, overridden. */
function withChart(override: string, chart: Files = {}, more = ""): Files {
  return {
    "clearml.yaml": `version: 1
name: test
baseDomain: ml.example.com
kubernetesVersion: "1.34"
secrets: [TOKEN]
components:
  serving:
    chart: charts/web
    overrides: [web.yaml]
${more}`,
    "web.yaml": override,
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "charts/web/values.yaml": VALUES,
    "charts/web/templates/deployment.yaml": DEPLOYMENT,
    ...chart,
  };
}

describe.each(MAJORS)("rendering with %s", (major) => {
  it("finds nothing in a good override, and hides every secret from Helm", async () => {
    const { found, rendering, lines } = await renderFiles(
      withChart("key: ${TOKEN}\nreplicaCount: 2\nresources: { limits: { cpu: 1, memory: 1Gi } }\n"),
      { major },
    );
    expect({ found, notices: rendering.notices }).toEqual({ found: [], notices: [] });
    expect(rendering.rendered[0]?.objects[0]?.text).toMatch(/value: "standin[a-z]+"/);
    expect(lines.join("\n")).toContain("helm template");
    expect(lines.join("\n")).not.toContain("replicaCount");
  });

  it.each([
    ["a text for a number", "replicaCount: two\n", ["R2 error web.yaml:1:15"]],
    ["a list for a map", "resources: [1]\n", ["R2 error web.yaml:1:12"]],
    ["a quantity that is none", "resources: { limits: { cpu: { a: 1 } } }\n", ["R2 error web.yaml:1:29"]],
    ["an unknown key", "\npod:\n  nodeSelektor: { disk: ssd }\n", ["R2 warning web.yaml:3:17"]],
    ["a number that is too large", "replicaCount: 99999999999\n", ["R2 error web.yaml:1:15"]],
    ["a key with slashes", "pod: { nodeSelector: { example.com/a: 1 } }\n", ["R2 error web.yaml:1:39"]],
  ])("finds %s at its override", async (_, override, expected) => {
    const { found } = await renderFiles(withChart(override), { major });
    expect(found).toEqual(expected);
  });

  it.each([
    [
      "a value that the chart requires",
      '{{ required "image.tag is required" .Values.image.tag2 }}',
      "image: { tag: '2' }\n",
      "R1 error web.yaml:1:15",
      "image.tag is required (web/templates/more.yaml:1)",
    ],
    [
      "a missing map",
      "{{ .Values.pod.a.b.c }}",
      "pod: { a: {} }\n",
      "R1 error web.yaml:1:11",
      "nil pointer evaluating interface {}.c at `.Values.pod.a.b.c` (web/templates/more.yaml:1)",
    ],
    [
      "broken YAML",
      "kind: {{ .Values.key }}",
      "key: 'a: b: c'\n",
      "R1 error clearml.yaml:7:3",
      "YAML parse error on web/templates/more.yaml",
    ],
  ])("says why Helm fails over %s", async (_, template, override, place, words) => {
    const { found, findings } = await renderFiles(
      withChart(override, { "charts/web/templates/more.yaml": template }),
      { major },
    );
    expect(found).toEqual([place]);
    expect(findings[0]?.message).toContain(words);
    expect(findings[0]?.message).not.toContain("debug");
  });

  it("knows custom resources by the definitions of the chart, and names kinds that nobody defines", async () => {
    const { found, findings, rendering } = await renderFiles(
      withChart("key: sizeless\n", {
        "charts/web/crds/gadget.yaml": GADGET,
        "charts/web/templates/gadgets.yaml": `
apiVersion: example.com/v1
kind: Gadget
metadata: { name: a }
spec: { size: {{ .Values.key }}, extra: 1, port: http, free: { any: 1 } }
---
apiVersion: example.com/v1
kind: Gizmo
metadata: { name: a }
---
apiVersion: example.com/v1
kind: Gizmo
metadata: { name: b }
`,
      }),
      { major },
    );
    expect(rendering.notices).toEqual([]);
    expect(found).toEqual([
      "R2 warning clearml.yaml:7:3",
      "R3 info clearml.yaml:7:3",
      "R2 error web.yaml:1:6",
    ]);
    expect(findings.map(({ message }) => message)).toEqual([
      "Gadget `a` `spec.extra` is no key that Kubernetes knows here: Helm 3 lets it be dropped, Helm 4 fails; correct the key or its level",
      "no schema for `example.com/v1` Gizmo: 2 objects were not checked",
      "Gadget `a` `spec.size`: got string, want integer; Kubernetes refuses the object",
    ]);
  });

  it("tells when the chart does not accept the Kubernetes version", async () => {
    const chart = {
      "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\nkubeVersion: '<1.33.0-0'\n",
    };
    const { found, findings } = await renderFiles(withChart("{}\n", chart), { major });
    expect(found).toEqual(["R1 error clearml.yaml:7:3"]);
    expect(findings[0]?.message).toContain("accepts Kubernetes <1.33.0-0, and `kubernetesVersion` is 1.34");
    const undeclared = { ...withChart("{}\n", chart) };
    undeclared["clearml.yaml"] = String(undeclared["clearml.yaml"]).replace(/kubernetesVersion.*\n/, "");
    expect((await renderFiles(undeclared, { major })).found).toEqual([]);
  });
});

const GADGET = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gadgets.example.com }
spec:
  group: example.com
  names: { kind: Gadget, plural: gadgets }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec, status]
          properties:
            spec:
              type: object
              properties:
                size: { type: integer, minimum: 0, exclusiveMinimum: true }
                port: { x-kubernetes-int-or-string: true }
                free: { type: object, x-kubernetes-preserve-unknown-fields: true, properties: { a: { type: string } } }
            status: { type: object }
`;

describe("what is rendered", () => {
  it("leaves charts of the checkout alone unless it is asked for them", async () => {
    const { rendering } = await renderFiles(withChart("replicaCount: two\n"), { render: "auto" });
    expect(rendering.rendered).toEqual([]);
    expect(rendering.notices.map(({ message }) => message)).toEqual([
      "1 release not rendered: the chart lies in the checkout, and templates are code that a pull request can change; set `render: true` where you trust them",
    ]);
    const off = await renderFiles(withChart("replicaCount: two\n"), { render: "false" });
    expect(off.rendering).toEqual({ rendered: [], notices: [] });
  });

  it("goes on without kubeconform, and without Helm, unless all is asked for", async () => {
    await inFolder({ ...withChart("{}\n"), "web.yaml": "" }, async (elsewhere) => {
      const files = { ...withChart("{}\n") };
      files["clearml.yaml"] = String(files["clearml.yaml"]).replace("charts/web", `${elsewhere}/charts/web`);
      const auto = await renderFiles(files, { render: "auto", others: {} });
      expect(auto.rendering.notices).toEqual([
        {
          message:
            "rendered objects are not checked against the Kubernetes schemas: kubeconform is not installed or not on PATH",
          rules: ["R2", "R3"],
        },
      ]);
      expect(auto.rendering.rendered).toHaveLength(1);
      await expect(renderFiles(files, { others: {} })).rejects.toThrow("kubeconform is not installed");
    });
    const none = { major: null, others: {} } as const;
    const { rendering } = await renderFiles(withChart("{}\n"), { ...none, render: "auto" });
    expect(rendering.notices[0]?.message).toBe(
      "charts are not rendered: helm is not installed or not on PATH",
    );
    await expect(renderFiles(withChart("{}\n"), none)).rejects.toThrow("helm is not installed");
  });

  it("keeps manifests by content, never a secret", async () => {
    const cacheDir = mkdtempSync(join(tmpdir(), "clearml-actions-cache-"));
    try {
      const files = withChart("key: ${TOKEN}\n");
      const first = await renderFiles(files, { cacheDir });
      const again = await renderFiles(files, { cacheDir });
      const other = await renderFiles(withChart("key: other\n"), { cacheDir });
      const templates = ({ lines }: Outcome) => lines.filter((line) => line.includes("helm template")).length;
      expect([first, again, other].map(templates)).toEqual([1, 0, 1]);
      expect(again.rendering.rendered[0]?.objects.length).toBe(1);
      const kept = readdirSync(cacheDir).map((name) =>
        gunzipSync(readFileSync(join(cacheDir, name))).toString(),
      );
      expect(kept).toHaveLength(2);
    } finally {
      rmSync(cacheDir, { recursive: true, force: true });
    }
  });

  it("checks more than kubeconform takes in one go", async () => {
    const many =
      '{{ range until 3000 }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c{{ . }} }\ndata: { a: {{ repeat 900 "x" }}, n: {{ . }} }\n{{ end }}';
    const { findings } = await renderFiles(withChart("{}\n", { "charts/web/templates/many.yaml": many }));
    const names = new Set(findings.map(({ message }) => /`(c\d+)`/.exec(message)?.[1]));
    expect(names.size).toBe(3000);
  });
});

describe("the example environment", () => {
  let registries: Registries;
  beforeAll(async () => {
    registries = await startRegistries({ tools, username: "u", token: "t", classicToken: "c" });
  });
  afterAll(() => registries.stop());

  it.each(MAJORS)("has no error with %s, and takes charts from where it is logged in", async (major) => {
    const parts = toolContext({ helm: tools[major], kubeconform: tools.kubeconform });
    const folder = mkdtempSync(join(tmpdir(), "clearml-actions-example-"));
    try {
      copyExample(folder, registries);
      const { context } = parts;
      const helm = (...args: string[]) => promisify(execFile)(tools[major], args, { env: context.env });
      const plain = major === "helm" ? "--plain-http" : "--insecure";
      await helm("registry", "login", registries.oci.host, "-u", "u", "-p", "t", plain);
      await helm(
        "repo",
        "add",
        "clearml-enterprise",
        registries.classic.url,
        "--username",
        "c",
        "--password",
        "c",
      );
      const environment = await loadEnvironment("clearml.yaml", { cwd: folder });
      const releases = environmentReleases(environment);
      const { rendered, notices } = await renderForLint(releases, { render: "auto", cwd: folder }, context);
      expect(rendered.map(({ release }) => release.id)).toEqual([
        "control-plane",
        "agent",
        "app-gateway",
        "agent",
        "task-traffic-router",
      ]);
      expect(notices.map(({ message }) => message)).toEqual([
        "1 release not rendered: the chart would have to be fetched; run setup-clearml-helm first, or set `render: true`",
      ]);
      const all = await renderForLint(releases, { render: "true", cwd: folder }, context);
      expect(all.rendered).toHaveLength(6);
      expect(all.rendered.every(({ objects }) => objects.length > 3)).toBe(true);
      const { findings } = lintScope({ environment, releases, rendered: all.rendered });
      expect(findings.filter(({ id, severity }) => OURS.test(id) && severity !== "info")).toEqual([]);
    } finally {
      parts.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
