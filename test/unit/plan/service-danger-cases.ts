import type { Case } from "./dangers-cases.ts";
import { type Data, deployment, image, ingress, object, pod, reader, secret, service } from "./support.ts";

export const SERVICES: Case[] = [
  [
    "from a load balancer",
    [service({ type: "LoadBalancer" })],
    [service({ type: "NodePort" })],
    [/^stop service-address-lost: .* from LoadBalancer to NodePort: .*DNS names lead nowhere/],
  ],
  [
    "from a node port",
    [service({ type: "NodePort" })],
    [service({})],
    [/from NodePort to ClusterIP: its address outside the cluster is lost$/],
  ],
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
  ["an address given", [service({})], [service({ loadBalancerIP: "192.0.2.2" })], []],
  [
    "an address that stays",
    [service({ type: "LoadBalancer", loadBalancerIP: "192.0.2.1" })],
    [service({ type: "LoadBalancer", loadBalancerIP: "192.0.2.1", ports: [] })],
    [],
  ],
];

const backend = (labels: Data) => deployment({ ...pod({}, labels), selector: {} }, "backend");
export const PODS: Case[] = [
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

export const HOSTS: Case[] = [
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

export const IMAGES: Case[] = [
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

export const SECRETS: Case[] = [
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
  [
    "a ConfigMap with the name of a Secret",
    [object("ConfigMap", { data: { a: "x" } })],
    [reader({ name: "it", key: "a" })],
    [],
  ],
  [
    "a key that a volume takes",
    [secret("a", "b")],
    [
      secret("a"),
      deployment(
        pod({ volumes: [{ secret: { secretName: "it", items: [{ key: "b", path: "x" }] } }] }),
        "user",
      ),
    ],
    [/loses key b, and Deployment ns\/user/],
  ],
  [
    "a Secret that a container takes as a whole",
    [secret("a")],
    [deployment(pod({ containers: [{ name: "main", envFrom: [{ secretRef: { name: "it" } }] }] }), "user")],
    [/Secret ns\/it is deleted/],
  ],
  [
    "a Secret of that name in another namespace",
    [secret("a")],
    [{ ...reader({ name: "it", key: "a" }), metadata: { name: "user", namespace: "other" } }],
    [],
  ],
];
