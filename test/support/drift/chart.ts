/** A chart whose every object is written to by somebody else too, in ways that are nobody's mistake. */
import { CLUSTER_WIDE } from "./chart-cluster.ts";
import { WORKLOADS } from "./chart-workloads.ts";

/** Objects without pods. */
const PLAIN = {
  // As little as the API server takes: most of what it answers are its own defaults.
  "templates/services.yaml": `apiVersion: v1
kind: Service
metadata:
  name: web
  labels: {}
spec:
  type: NodePort
  selector: { app: web }
  ports:
    - { port: 80, targetPort: 8080 }
---
apiVersion: v1
kind: Service
metadata: { name: entry, annotations: }
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector: { app: web }
  ports:
    - { name: https, port: 443, targetPort: web }
    - { name: quic, port: 443, targetPort: 8443, protocol: UDP }
---
apiVersion: v1
kind: Service
metadata: { name: store }
spec: { clusterIP: None, selector: { app: store }, ports: [{ port: 6379 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec:
  rules:
    - host: web.{{ .Release.Name }}.example
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: web, port: { number: 80 } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress:
    - from: [{ podSelector: {} }]
      ports: [{ port: 8080 }]
`,
  "templates/secrets.yaml": `{{- $kept := lookup "v1" "Secret" .Release.Namespace "kept" }}
apiVersion: v1
kind: Secret
metadata: { name: kept }
data:
  password: {{ if $kept }}{{ index $kept.data "password" }}{{ else }}{{ randAlphaNum 24 | b64enc }}{{ end }}
---
apiVersion: v1
kind: Secret
metadata: { name: generated }
stringData:
  password: {{ randAlphaNum 24 | quote }}
  plain: canary-chart-secret-40417
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web }
---
apiVersion: v1
kind: Secret
metadata:
  name: token
  annotations: { kubernetes.io/service-account.name: web }
type: kubernetes.io/service-account-token
---
apiVersion: v1
kind: ConfigMap
metadata: { name: trust, labels: { inject: "yes" } }
data:
  note: filled by a controller
---
apiVersion: v1
kind: ConfigMap
metadata: { name: facts }
data:
  size: {{ .Values.size | quote }}
  namespaces: {{ len ((lookup "v1" "Namespace" "" "").items) | quote }}
  seed: {{ randAlphaNum 8 | quote }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: precious
  annotations: { helm.sh/resource-policy: keep }
data: { a: "1" }
`,
  "templates/amounts.yaml": `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: cache }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1024Mi } } }
---
apiVersion: v1
kind: ResourceQuota
metadata: { name: all }
spec: { hard: { requests.storage: 1048576Mi, persistentvolumeclaims: 100.0, pods: "500" } }
---
apiVersion: v1
kind: LimitRange
metadata: { name: small }
spec: { limits: [{ type: Container, defaultRequest: { cpu: 0.01, memory: 1e6 } }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
`,
  "templates/access.yaml": `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web }
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web }
roleRef: { kind: Role, name: web, apiGroup: rbac.authorization.k8s.io }
subjects: [{ kind: ServiceAccount, name: web }]
`,
  "templates/hooks.yaml": `apiVersion: batch/v1
kind: Job
metadata:
  name: prepare
  labels: { app.kubernetes.io/managed-by: {{ .Release.Service }} }
  annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation }
spec:
  template:
    spec: { restartPolicy: Never, containers: [{ name: prepare, image: example.com/prepare:1 }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: left-over, annotations: { helm.sh/hook: post-install } }
data: { a: "1" }
---
apiVersion: v1
kind: Pod
metadata: { name: try, annotations: { helm.sh/hook: test } }
spec: { restartPolicy: Never, containers: [{ name: try, image: example.com/try:1 }] }
`,
};

/** The chart's files; its objects for the whole cluster bear the name of the release. */
export const BUSY_CHART: Readonly<Record<string, string>> = {
  // `contested`: it says what controllers say otherwise, which the next upgrade is refused.
  "values.yaml": "size: 1\ncontested: false\n",
  ...PLAIN,
  ...WORKLOADS,
  ...CLUSTER_WIDE,
};
