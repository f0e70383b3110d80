import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { ensureTools } from "../cluster/tools.ts";
import { type Files, inFolder } from "../unit/environment/support.ts";
import { MAJORS, type Options, type Outcome, renderFiles as renderWith, type Tools } from "./render-files.ts";

let tools: Tools;

beforeAll(async () => {
  tools = await ensureTools(["helm", "helm3", "kubeconform"]);
});

const renderFiles = (files: Files, options?: Options) => renderWith(tools, files, options);

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

  it.each(["crds", "templates"])(
    "knows custom resources by definitions in %s, and names kinds that nobody defines",
    async (place) => {
      const { found, findings, rendering } = await renderFiles(
        withChart("key: sizeless\n", {
          [`charts/web/${place}/gadget.yaml`]: GADGET,
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
    },
  );

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
