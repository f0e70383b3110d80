import {
  claim,
  type Data,
  deployment,
  image,
  ingress,
  object,
  pod,
  reader,
  secret,
  service,
  size,
} from "./support.ts";

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
    [object("HorizontalPodAutoscaler", { spec: { minReplicas: 2 } })],
    [object("HorizontalPodAutoscaler", { spec: { minReplicas: 0 } })],
    [/^note scaled-to-zero: .* may scale to 0/],
  ],
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

const SERVICES: Case[] = [
  [
    "from a load balancer",
    [service({ type: "LoadBalancer" })],
    [service({ type: "NodePort" })],
    [/^stop service-address-lost: .* from LoadBalancer to NodePort/],
  ],
  ["from a node port", [service({ type: "NodePort" })], [service({})], [/from NodePort to ClusterIP/]],
  ["to a load balancer", [service({ type: "NodePort" })], [service({ type: "LoadBalancer" })], []],
  ["a load balancer deleted", [service({ type: "LoadBalancer" })], [], [/\(LoadBalancer\) is deleted/]],
  ["one without an address deleted", [service({})], [], []],
  [
    "another node port",
    [service({ type: "NodePort", ports: [{ name: "api", port: 1, nodePort: 30008 }] })],
    [service({ type: "NodePort", ports: [{ name: "api", port: 2, nodePort: 30009 }] })],
    [/node port of api goes from 30008 to 30009/],
  ],
  [
    "a node port left open",
    [service({ type: "NodePort", ports: [{ port: 1, nodePort: 30008 }] })],
    [service({ type: "NodePort", ports: [{ port: 1 }] })],
    [],
  ],
  [
    "another address",
    [service({ type: "LoadBalancer", loadBalancerIP: "192.0.2.1" })],
    [service({ type: "LoadBalancer", loadBalancerIP: "192.0.2.2" })],
    [/gives up its address 192\.0\.2\.1/],
  ],
];

const backend = (labels: Data) => deployment({ ...pod({}, labels), selector: {} }, "backend");
const PODS: Case[] = [
  [
    "a selector of no workload",
    [service({ selector: { app: "a" } }), backend({ app: "a" })],
    [service({ selector: { app: "b" } }), backend({ app: "a" })],
    [/^stop service-without-pods: Service ns\/it/],
  ],
  [
    "a selector that goes with the pods",
    [service({ selector: { app: "a" } }), backend({ app: "a" })],
    [service({ selector: { app: "b" } }), backend({ app: "b", more: "x" })],
    [],
  ],
  [
    "a selector of others' pods",
    [service({ selector: { app: "a" } })],
    [service({ selector: { app: "b" } })],
    [],
  ],
  [
    "a Service that is written by hand",
    [service({ selector: { app: "a" } }), backend({ app: "a" })],
    [service({}), backend({ app: "a" })],
    [],
  ],
];

const HOSTS: Case[] = [
  ["a host", [ingress("app.x")], [ingress("app.y")], [/^stop host-removed: .* no longer serves app\.x/]],
  ["an Ingress", [ingress("app.x")], [], [/no longer serves app\.x/]],
  ["a host that moves", [ingress("app.x")], [ingress("app.x", "other")], []],
  [
    "a host that moves to a route",
    [ingress("app.x")],
    [object("HTTPRoute", { spec: { hostnames: ["app.x"] } })],
    [],
  ],
  [
    "a route's host",
    [object("HTTPRoute", { spec: { hostnames: ["a.x", "b.x"] } })],
    [object("HTTPRoute", { spec: { hostnames: ["b.x"] } })],
    [/HTTPRoute ns\/it no longer serves a\.x/],
  ],
];

const IMAGES: Case[] = [
  [
    "another major version",
    [image("r.io/a/b:1.2.3")],
    [image("r.io/a/b:2.0.0")],
    [/^note image-version: .* b goes from 1\.2\.3 to 2\.0\.0, another major/],
  ],
  [
    "an older version",
    [image("a/b:3.21.6-1443")],
    [image("a/b:3.21.6-1400")],
    [/from 3\.21\.6-1443 to 3\.21\.6-1400, an older/],
  ],
  ["one more minor version", [image("a/b:3.21.6-1443")], [image("a/b:3.28.0")], []],
  ["another registry", [image("a.io/b:7")], [image("mirror:5000/x/b:8")], [/from 7 to 8, another major/]],
  ["another image", [image("redis:7")], [image("dragonfly:1")], []],
  ["a name as tag", [image("a:latest")], [image("a:1.0.0")], []],
  ["a digest", [image("a:1.0.0@sha256:00")], [image("a:2.0.0@sha256:11")], [/from 1\.0\.0 to 2\.0\.0/]],
];

const SECRETS: Case[] = [
  [
    "a key that pods use",
    [secret("a", "b")],
    [secret("a"), reader({ name: "it", key: "b" })],
    [/^stop secret-key-removed: .* loses key b, and Deployment ns\/user/],
  ],
  ["a key that pods stay off", [secret("a", "b")], [secret("a"), reader({ name: "it", key: "a" })], []],
  ["a key of another Secret", [secret("a", "b")], [secret("a"), reader({ name: "that", key: "b" })], []],
  [
    "a key that pods can do without",
    [secret("a", "b")],
    [secret("a"), reader({ name: "it", key: "b", optional: true })],
    [],
  ],
  [
    "a Secret in a volume",
    [secret("a")],
    [deployment(pod({ volumes: [{ secret: { secretName: "it" } }] }), "user")],
    [/Secret ns\/it is deleted, and Deployment ns\/user/],
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
