import { HOSTS, IMAGES, PODS, SECRETS, SERVICES } from "./service-danger-cases.ts";
import { claim, type Data, deployment, object, pod, size } from "./support.ts";

export type Case = [what: string, before: Data[], after: Data[], expected: (string | RegExp)[]];

const DELETED: Case[] = [
  ["a claim", [claim({})], [], [/^stop volume-claim-deleted: PersistentVolumeClaim ns\/it is deleted/]],
  ["a StatefulSet", [object("StatefulSet")], [], [/^stop stateful-set-deleted: StatefulSet ns\/it/]],
  ["a namespace", [object("Namespace")], [], [/^stop namespace-deleted: Namespace it is deleted/]],
  [
    "a definition, with all its objects",
    [object("CustomResourceDefinition", { spec: { names: { kind: "Widget" } } })],
    [],
    [/^stop resource-definition-deleted: .* every Widget in all namespaces/],
  ],
  ["a network policy", [object("NetworkPolicy")], [], [/^note network-policy-deleted: NetworkPolicy ns\/it/]],
  ["a Deployment", [deployment({})], [], []],
  ["a claim that stays", [claim({})], [claim({})], []],
  ["an object of the kind that is new", [], [claim({}), object("StatefulSet")], []],
];

const scaler = (spec: Data) => object("HorizontalPodAutoscaler", { spec });
const SCALED: Case[] = [
  [
    "to 0",
    [deployment({ replicas: 3 })],
    [deployment({ replicas: 0 })],
    [/^stop scaled-to-zero: .* from 3 to 0/],
  ],
  [
    "from the default",
    [object("StatefulSet")],
    [object("StatefulSet", { spec: { replicas: 0 } })],
    [/from 1 to 0/],
  ],
  ["to 1", [deployment({ replicas: 3 })], [deployment({ replicas: 1 })], []],
  ["0 before", [deployment({ replicas: 0 })], [deployment({ replicas: 0, a: 1 })], []],
  ["0 from the start", [], [deployment({ replicas: 0 })], []],
  [
    "an autoscaler to 0",
    [scaler({ minReplicas: 2 })],
    [scaler({ minReplicas: 0 })],
    [/^note scaled-to-zero: .* may scale to 0/],
  ],
  [
    "an autoscaler from the default to 0",
    [scaler({})],
    [scaler({ minReplicas: 0 })],
    [/^note scaled-to-zero/],
  ],
  ["an autoscaler to 3", [scaler({ minReplicas: 2 })], [scaler({ minReplicas: 3 })], []],
  ["an autoscaler of 0", [scaler({ minReplicas: 0 })], [scaler({ minReplicas: 0, maxReplicas: 3 })], []],
];

const stateful = (spec: Data) =>
  object("StatefulSet", { spec: { volumeClaimTemplates: [{ metadata: { name: "data" }, spec }] } });
const CLAIMS: Case[] = [
  [
    "a claim",
    [claim(size("10Gi"))],
    [claim(size("5Gi"))],
    [/^stop volume-claim-shrunk: .* from 10Gi to 5Gi/],
  ],
  [
    "a StatefulSet's claim",
    [stateful(size("1Gi"))],
    [stateful(size("1023Mi"))],
    [
      /^stop volume-claim-shrunk: StatefulSet ns\/it, claim data/,
      /^stop immutable-field: .*volumeClaimTemplates/,
    ],
  ],
  ["the same in other words", [claim(size("1Gi"))], [claim(size("1024Mi"))], []],
  [
    "another class",
    [claim({ storageClassName: "fast" })],
    [claim({ storageClassName: "slow" })],
    [/^stop storage-class-changed: .* from fast to slow/],
  ],
  [
    "a class that is named now",
    [claim({})],
    [claim({ storageClassName: "slow" })],
    [/^note storage-class-changed: .* from the cluster's own to slow/],
  ],
];

const ROLE_ALL = { rules: [{ apiGroups: [""], resources: ["*"], verbs: ["get"] }] };
const RIGHTS: Case[] = [
  [
    "a privileged container, where there was none",
    [deployment(pod({ containers: [{ name: "main" }] }))],
    [deployment(pod({ containers: [{ name: "main", securityContext: { privileged: true } }] }))],
    [/^note privileges-added: .*a privileged container \(main\)/],
  ],
  [
    "namespaces and paths of the node, of a new object",
    [],
    [
      object("DaemonSet", {
        spec: pod({ hostNetwork: true, hostPID: true, volumes: [{ name: "a", hostPath: { path: "/dev" } }] }),
      }),
    ],
    [/hostNetwork, hostPID, hostPath \/dev/],
  ],
  [
    "a mighty capability of a CronJob",
    [],
    [
      object("CronJob", {
        spec: {
          jobTemplate: {
            spec: pod({
              initContainers: [
                { name: "main", securityContext: { capabilities: { add: ["SYS_ADMIN", "CHOWN"] } } },
              ],
            }),
          },
        },
      }),
    ],
    [/is given capability SYS_ADMIN \(main\):/],
  ],
  [
    "nothing that was there before",
    [deployment(pod({ hostNetwork: true }))],
    [deployment({ ...pod({ hostNetwork: true }), replicas: 2 })],
    [],
  ],
  [
    "a new binding for the whole cluster",
    [],
    [
      object("ClusterRoleBinding", {
        roleRef: { name: "view" },
        subjects: [{ kind: "ServiceAccount", namespace: "ns", name: "a" }],
      }),
    ],
    [/^note cluster-rights-added: .* gives ServiceAccount ns\/a the rights of ClusterRole view/],
  ],
  [
    "a label of a binding",
    [object("ClusterRoleBinding", { subjects: [{ name: "a" }] })],
    [object("ClusterRoleBinding", { subjects: [{ name: "a" }], metadata: { labels: { a: "b" } } })],
    [],
  ],
  [
    "a role with a wildcard",
    [],
    [object("ClusterRole", ROLE_ALL)],
    [/^note cluster-rights-added: .*allows everything/],
  ],
  [
    "a role that had the wildcard",
    [object("ClusterRole", ROLE_ALL)],
    [object("ClusterRole", { ...ROLE_ALL, metadata: { labels: { a: "b" } } })],
    [],
  ],
];

/** Every rule about objects: what it tells of, and what is close to that and no danger. */
const groups = {
  deleted: DELETED,
  scaled: SCALED,
  claims: CLAIMS,
  rights: RIGHTS,
  services: SERVICES,
  pods: PODS,
  hosts: HOSTS,
  images: IMAGES,
  secrets: SECRETS,
};
export const CASES = Object.entries(groups).flatMap(([group, list]) =>
  list.map(([what, ...rest]) => [`${group}: ${what}`, ...rest] as Case),
);
