/** Group of the chart's own kinds. */
export const GROUP = "busy.example";

/** Objects of the chart that are there once for the whole cluster, and a kind of its own. */
export const CLUSTER_WIDE = {
  "crds/widgets.yaml": `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.${GROUP} }
spec:
  group: ${GROUP}
  scope: Namespaced
  names: { kind: Widget, plural: widgets, singular: widget }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              x-kubernetes-preserve-unknown-fields: true
              properties:
                size: { type: integer }
                mode: { type: string, default: plain }
                memory: { x-kubernetes-int-or-string: true }
            status: { type: object, x-kubernetes-preserve-unknown-fields: true }
`,
  "templates/widget.yaml": `apiVersion: ${GROUP}/v1
kind: Widget
metadata:
  name: main
  labels: { purpose: test }
spec:
  size: {{ .Values.size }}
  memory: 1024Mi
  driver: { enabled: true, version: "580.1" }
  nodes: [{ name: a, weight: 1 }, { name: b, weight: 2 }]
`,
  // Never asked: nothing of this group is ever written.
  "templates/webhooks.yaml": `{{- range list "Validating" "Mutating" }}
---
apiVersion: admissionregistration.k8s.io/v1
kind: {{ . }}WebhookConfiguration
metadata:
  name: {{ $.Release.Name }}
  annotations: { cert-manager.io/inject-ca-from: {{ $.Release.Namespace }}/webhook }
webhooks:
  - name: pods.{{ $.Release.Name }}.example
    admissionReviewVersions: [v1]
    sideEffects: None
    failurePolicy: Ignore
    clientConfig:
      {{- if and $.Values.contested (eq . "Mutating") }}
      caBundle: Cg==
      {{- end }}
      service: { name: web, namespace: {{ $.Release.Namespace }}, path: /admit }
    rules: [{ apiGroups: [never.example], apiVersions: [v1], operations: [CREATE], resources: [nothings] }]
{{- end }}
`,
  "templates/definition.yaml": `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: gadgets.{{ .Release.Name }}.example
spec:
  group: {{ .Release.Name }}.example
  scope: Namespaced
  names: { kind: Gadget, plural: gadgets }
  conversion:
    strategy: Webhook
    webhook:
      conversionReviewVersions: [v1]
      clientConfig: { service: { name: web, namespace: {{ .Release.Namespace }}, path: /convert } }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
    - name: v2
      served: false
      storage: false
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`,
  "templates/roles.yaml": `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: {{ .Release.Name }}-all }
aggregationRule: { clusterRoleSelectors: [{ matchLabels: { {{ .Release.Name }}.example/part: "yes" } }] }
{{- if .Values.contested }}
rules: []
{{- end }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: {{ .Release.Name }}-part, labels: { {{ .Release.Name }}.example/part: "yes" } }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get] }]
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: {{ .Release.Name }} }
value: 1000
`,
};
