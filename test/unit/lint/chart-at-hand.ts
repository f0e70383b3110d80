import type { Files } from "../environment/support.ts";

/** A small chart with one trap of each kind, for the cases that need a chart at hand. */
const CHART: Files = {
  "chart/Chart.yaml": `apiVersion: v2
name: clearml-serving
version: 1.6.3
dependencies:
  - { name: kafka, version: 1.0.0, alias: queue, condition: queue.enabled }
`,
  "chart/values.yaml": `replicaCount: 1
debug: false
service: { type: ClusterIP, port: 8080, targetPort: 8080 }
probe: { periodSeconds: 10 }
labels: {}
hosts: [a.example.com]
forgotten: { speed: 1 }
image: { repository: clearml/serving, tag: "1" }
queue: { enabled: true }
`,
  "chart/values.schema.json": `{"properties": {"service": {"properties": {
    "type": {"enum": ["ClusterIP", "NodePort"]}, "port": {"type": "integer"},
    "password": {"type": "string", "minLength": 20}}}}}`,
  "chart/templates/all.yaml": `{{- $probe := .Values.probe }}
replicas: {{ .Values.replicaCount }}
debug: {{ .Values.debug }}
{{- with .Values.service }}
type: {{ .type }}
port: {{ .port }}
target: {{ .targetPort }}
password: {{ .password }}
{{- end }}
probe: {{- toYaml $probe | nindent 2 }}
labels: {{- toYaml .Values.labels | nindent 2 }}
image: {{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- range .Values.hosts }}
- {{ . }}
{{- end }}
`,
  "chart/charts/kafka/Chart.yaml": "apiVersion: v2\nname: kafka\nversion: 1.0.0\n",
  "chart/charts/kafka/values.yaml": "brokers: 3\nstorage: { class: '' }\n",
  "chart/charts/kafka/values.schema.json": `{"properties": {"brokers": {"type": "integer"}}}`,
  "chart/charts/kafka/templates/all.yaml": "n: {{ .Values.brokers }} {{ .Values.storage.class }}\n",
};

/**
 * An environment that deploys the chart with these override files.
 * @param changes files of the chart that differ
 */
export function withChart(overrides: Readonly<Record<string, string>>, changes: Files = {}): Files {
  return {
    "clearml.yaml": `version: 1
name: test
baseDomain: ml.example.com
secrets: [TOKEN]
components:
  control-plane: { version: 10.12.7, values: { imageCredentials: { password: "\${TOKEN}" }, clearml: { cookieDomain: "\${BASE_DOMAIN}" } } }
  serving: { chart: ./chart, overrides: [${Object.keys(overrides).join(", ")}] }
`,
    ...CHART,
    ...changes,
    ...overrides,
  };
}
