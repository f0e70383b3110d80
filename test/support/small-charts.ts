/** Charts of a few lines, written where a test wants them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes a chart's folder and returns it. */
export function writeChart(
  folder: string,
  name: string,
  files: Readonly<Record<string, string>>,
  version = "1.0.0",
): string {
  const chart = join(folder, name);
  const all = { "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: ${version}\n`, ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(chart, path)), { recursive: true });
    writeFileSync(join(chart, path), text);
  }
  return chart;
}

/** A ConfigMap with a value, one with a hook, and notes. */
export const PLAIN = {
  "values.yaml": "size: 1\nflag: true\n",
  "templates/plain.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-plain
data:
  size: {{ .Values.size | quote }}
  install: {{ .Release.IsInstall | quote }}
  revision: {{ .Release.Revision | quote }}
{{- if .Values.flag }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-second
{{- end }}
`,
  "templates/hook.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-hook
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-delete-policy: before-hook-creation
data:
  size: {{ .Values.size | quote }}
`,
  "templates/NOTES.txt": "{not json\n{{ .Release.Name }} is there\n",
};

/** A password made at random, and kept once it is there. */
export const LOOKUP = {
  "templates/secret.yaml": `{{- $before := lookup "v1" "Secret" .Release.Namespace "generated" }}
apiVersion: v1
kind: Secret
metadata:
  name: generated
  labels:
    size: {{ .Values.size | default 1 | quote }}
data:
  password: {{ if $before }}{{ index $before.data "password" }}{{ else }}{{ randAlphaNum 12 | b64enc }}{{ end }}
`,
};

/** A resource definition and an object of it in one chart. */
export function customResource(kind: string): Record<string, string> {
  const plural = `${kind.toLowerCase()}s`;
  return {
    [`crds/${plural}.yaml`]: `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.test.example
spec:
  group: test.example
  scope: Namespaced
  names: { kind: ${kind}, plural: ${plural}, singular: ${kind.toLowerCase()} }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: { spec: { type: object, properties: { size: { type: integer } } } }
`,
    "templates/object.yaml": `apiVersion: test.example/v1
kind: ${kind}
metadata:
  name: {{ .Release.Name }}
spec:
  size: {{ .Values.size | default 1 }}
`,
    "templates/facts.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-facts
data:
  own: {{ .Capabilities.APIVersions.Has "test.example/v1/${kind}" | quote }}
  apps: {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}
  batch: {{ .Capabilities.APIVersions.Has "batch/v1" | quote }}
  absent: {{ .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" | quote }}
  kubernetes: {{ .Capabilities.KubeVersion.Version }}
  install: {{ .Release.IsInstall | quote }}
`,
    "templates/hook.yaml": PLAIN["templates/hook.yaml"],
  };
}

/** A stateful set whose claim outlives the release. */
export const STORE = {
  "templates/set.yaml": `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}
spec:
  serviceName: {{ .Release.Name }}
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec: { containers: [{ name: store, image: store }] }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`,
};
