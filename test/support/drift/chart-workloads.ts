import { MUTATE_LABEL, RESTLESS_ANNOTATION } from "./webhooks.ts";

/** Objects of the chart that run pods. */
export const WORKLOADS = {
  "templates/deployments.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  {{- if .Values.contested }}
  replicas: 1
  {{- end }}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      hostNetwork: false
      nodeSelector: {}
      tolerations: []
      affinity:
      securityContext: {}
      serviceAccountName: web
      containers:
        - name: web
          image: example.com/web:1
          command: [web]
          args: ["--size", {{ .Values.size | quote }}]
          env:
            - { name: EMPTY, value: "" }
            - { name: SIZE, value: {{ .Values.size | quote }} }
            - name: NODE
              valueFrom: { fieldRef: { fieldPath: spec.nodeName } }
          ports: [{ containerPort: 8080 }, { name: web, containerPort: 8443 }, { containerPort: 8443, protocol: UDP }]
          livenessProbe: { httpGet: { port: 8080 } }
          resources: { requests: { cpu: 0.05, memory: 1024Mi }, limits: { memory: 1073741824 } }
          volumeMounts: [{ name: trust, mountPath: /trust }]
      volumes:
        - name: trust
          configMap: { name: trust, defaultMode: 0440 }
        - name: scratch
          emptyDir: { sizeLimit: 0.5Gi }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 2
  maxReplicas: 4
  metrics:
    - type: Resource
      resource: { name: memory, target: { type: Utilization, averageUtilization: 80 } }
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } }
---
# Scaled by something that is no HorizontalPodAutoscaler.
apiVersion: apps/v1
kind: Deployment
metadata: { name: queue-worker }
spec:
  {{- if .Values.contested }}
  replicas: 1
  {{- end }}
  selector: { matchLabels: { app: queue-worker } }
  template:
    metadata: { labels: { app: queue-worker } }
    spec: { containers: [{ name: worker, image: example.com/worker:1 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: mutated
  labels: { ${MUTATE_LABEL}: settled }
spec:
  selector: { matchLabels: { app: mutated } }
  template:
    metadata: { labels: { app: mutated } }
    spec:
      tolerations: [{ key: own, operator: Exists }]
      containers:
        - name: main
          image: example.com/main:1
          env: [{ name: LEVEL, value: info }]
          resources: { requests: { cpu: 100m } }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: restless
  labels: { ${MUTATE_LABEL}: restless }
  annotations: { ${RESTLESS_ANNOTATION}: never }
spec:
  selector: { matchLabels: { app: restless } }
  template:
    metadata: { labels: { app: restless } }
    spec: { containers: [{ name: main, image: example.com/main:1 }] }
`,
  "templates/sets.yaml": `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec: { containers: [{ name: store, image: example.com/store:1 }] }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: probe }
spec:
  selector: { matchLabels: { app: probe } }
  updateStrategy: { rollingUpdate: { maxUnavailable: 100% } }
  template:
    metadata: { labels: { app: probe } }
    spec: { containers: [{ name: probe, image: example.com/probe:1 }] }
`,
  "templates/jobs.yaml": `apiVersion: batch/v1
kind: Job
metadata: { name: migrate }
spec:
  ttlSecondsAfterFinished: 2
  template:
    spec: { restartPolicy: Never, containers: [{ name: migrate, image: example.com/migrate:1 }] }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: tidy }
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec: { restartPolicy: OnFailure, containers: [{ name: tidy, image: example.com/tidy:1 }] }
`,
};
