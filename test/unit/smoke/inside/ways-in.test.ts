import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { hostOf, judgeIngress } from "../../../../src/smoke/inside/ingress.ts";
import { entriesOf, judgePolicies, sendersOf } from "../../../../src/smoke/inside/network-policy.ts";
import { judgeNodePort } from "../../../../src/smoke/inside/node-port.ts";
import type { Source } from "../../../../src/smoke/inside/policy-rules.ts";
import type { Service } from "../../../../src/smoke/inside/services.ts";
import { object, pod, policy } from "./support.ts";

/** A repair is more than a word or two. */
const SENTENCE = /(\S+ ){3}\S/;

const HOST = "gateway.acme.example";
const backend = (name = "gw", port: object = { number: 8080 }) => ({ service: { name, port } });
const rules = (host: string | undefined, to = backend()) => [
  { ...(host ? { host } : {}), http: { paths: [{ path: "/", backend: to }] } },
];
const ingress = (spec: object, more: object = {}): KubernetesObject =>
  object("Ingress", "gw", { spec, status: { loadBalancer: { ingress: [{ ip: "192.0.2.7" }] } }, ...more });
const service = (spec: object = {}, name = "gw"): Service =>
  object("Service", name, {
    spec: { selector: { app: "gw" }, ports: [{ name: "http", port: 8080, targetPort: 8080 }], ...spec },
  }) as Service;
const ingressClass = (name: string, isDefault = false) =>
  object(
    "IngressClass",
    name,
    {},
    { annotations: { "ingressclass.kubernetes.io/is-default-class": `${isDefault}` } },
  );

describe("an Ingress", () => {
  const judge = (spec: object, found: Partial<Parameters<typeof judgeIngress>[0]> = {}) =>
    judgeIngress({
      ingresses: [ingress({ ingressClassName: "nginx", ...spec })],
      services: [service()],
      classes: [ingressClass("nginx")],
      host: HOST,
      isWanted: true,
      namespace: "acme",
      ...found,
    });
  it.each<[string, object, Partial<Parameters<typeof judgeIngress>[0]>, string, RegExp]>([
    [
      "for the host",
      { rules: rules(HOST) },
      {},
      "pass",
      /Ingress acme\/gw is for gateway\.acme\.example, at 192\.0\.2\.7/,
    ],
    ["for a star", { rules: rules("*.acme.example") }, {}, "pass", /is for/],
    ["for a star of less", { rules: rules("*.example") }, {}, "fail", /it is for \*\.example/],
    ["for all hosts", { rules: rules(undefined) }, {}, "pass", /is for/],
    ["by default", { defaultBackend: backend() }, {}, "pass", /is for/],
    [
      "for another host",
      { rules: rules("app.example") },
      {},
      "fail",
      /no Ingress of the gateway is for gateway\.acme\.example: it is for app\.example/,
    ],
    [
      "to a Service that is not there",
      { rules: rules(HOST, backend("old")) },
      {},
      "fail",
      /leads to the Service `old`/,
    ],
    [
      "to a port that is not there",
      { rules: rules(HOST, backend("gw", { number: 80 })) },
      {},
      "fail",
      /leads to port 80 of Service `gw`/,
    ],
    ["to a port by its name", { rules: rules(HOST, backend("gw", { name: "http" })) }, {}, "pass", /is for/],
    [
      "of no such class",
      { ingressClassName: "x", rules: rules(HOST) },
      {},
      "fail",
      /names the class `x`, which/,
    ],
    [
      "of a class nobody may see",
      { ingressClassName: "x", rules: rules(HOST) },
      { classes: undefined },
      "pass",
      /is for/,
    ],
    [
      "of no class",
      { ingressClassName: undefined, rules: rules(HOST) },
      {},
      "fail",
      /names no class, and the cluster has no default one/,
    ],
    [
      "of the default class",
      { ingressClassName: undefined, rules: rules(HOST) },
      { classes: [ingressClass("a", true)] },
      "pass",
      /is for/,
    ],
    [
      "that is gone",
      {},
      { ingresses: [] },
      "fail",
      /the values switch `ingress` on, but the gateway has no Ingress in namespace acme/,
    ],
    ["that nobody wants", {}, { ingresses: [], isWanted: false }, "skip", /something else leads to it/],
    [
      "without an address",
      {},
      { ingresses: [ingress({ ingressClassName: "nginx", rules: rules(HOST) }, { status: {} })] },
      "fail",
      /has no address/,
    ],
    [
      "at a host name, by the old annotation",
      {},
      {
        ingresses: [
          {
            ...ingress(
              { rules: rules(HOST) },
              { status: { loadBalancer: { ingress: [{ hostname: "lb.example" }] } } },
            ),
            metadata: { name: "gw", annotations: { "kubernetes.io/ingress.class": "alb" } },
          },
        ],
      },
      "pass",
      /at lb\.example/,
    ],
  ])("%s", (_, spec, found, expected, words) => {
    const result = judge(spec, found);
    expect(result.detail).toMatch(words);
    expect(result.status).toBe(expected);
    if (expected === "fail") expect(result.hint).toMatch(SENTENCE);
  });

  it("has an IPv6 host without its brackets", () =>
    expect(hostOf(new URL("http://[2001:db8::1]:30080/"))).toBe("2001:db8::1"));
});

describe("a port of the nodes", () => {
  const nodePorts = (...numbers: number[]) =>
    service({ type: "NodePort", ports: numbers.map((nodePort) => ({ port: 8080, nodePort })) });
  it.each<[string, Service[], string, RegExp]>([
    ["is there", [nodePorts(30080)], "pass", /Service acme\/gw has port 30080 of the nodes/],
    ["is another", [nodePorts(31000)], "fail", /gw is of type NodePort with port 31000/],
    [
      "is one of many others",
      [nodePorts(31000, 31001, 31002, 31003)],
      "fail",
      /with the ports 31000 to 31003/,
    ],
    ["is not there", [service()], "fail", /gw is of type ClusterIP$/],
    ["of nothing", [], "fail", /it has no Service/],
  ])("%s", (_, services, expected, words) => {
    const result = judgeNodePort(services, new URL("http://192.0.2.7:30080"), "acme");
    expect(result.status).toBe(expected);
    expect(result.detail).toMatch(words);
  });
});

describe("policies", () => {
  const gateway = pod("gw", {
    labels: { app: "gw" },
    container: { ports: [{ name: "http", containerPort: 8080 }] },
  });
  const source = (more: Partial<NonNullable<Source["pods"]>[number]> = {}): Source => ({
    namespace: "edge",
    namespaceLabels: {},
    pods: [{ labels: { app: "nginx" }, address: "10.0.0.9", ...more }],
  });
  const streams = service(
    { type: "LoadBalancer", ports: [1, 2, 3].map((n) => ({ port: 31000 + n })) },
    "gw-stream",
  );
  const entries = entriesOf([service(), streams], [], [gateway]);
  const closed = policy("closed", { podSelector: {} });
  const open = (from: object, ports?: object[]) =>
    policy("open", { podSelector: {}, ingress: [{ from: [from], ...(ports ? { ports } : {}) }] });
  const edge = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "edge" } } };
  const anywhere = { ipBlock: { cidr: "0.0.0.0/0" } };

  it("are asked about every port that something leads to", () => {
    const told = entries.map(({ service: name, port, from }) => `${name} ${port} ${from}`);
    expect(told).toEqual([
      "gw 8080 controller",
      ...[31001, 31002, 31003].map((port) => `gw-stream ${port} outside`),
    ]);
    const [both] = [entriesOf([streams], [ingress({ rules: rules(HOST, backend("gw-stream")) })], [gateway])];
    expect(new Set(both.map(({ from }) => from))).toEqual(new Set(["outside", "controller"]));
    const byName = service({ ports: [{ port: 80, targetPort: "http" }] });
    expect(entriesOf([byName], [], [gateway]).map(({ port }) => port)).toEqual([8080]);
    expect(entriesOf([service()], [], [pod("other")])).toEqual([]);
  });

  it.each<[string, KubernetesObject[], Parameters<typeof judgePolicies>[2], string, RegExp]>([
    [
      "open what is needed",
      [closed, open(edge), open(anywhere, [{ port: 31001, endPort: 31003 }])],
      source(),
      "pass",
      /\(closed, open\) let in the ingress controller \(namespace edge\) and addresses outside/,
    ],
    [
      "close everything",
      [closed],
      source(),
      "fail",
      /do not let the ingress controller \(namespace edge\) in to port 8080 of the pods behind Service gw, and 1 more/,
    ],
    [
      "close streams",
      [closed, open(edge)],
      source(),
      "fail",
      /let no address in to ports 31001-31003 of the pods behind Service gw-stream/,
    ],
    [
      "close some streams",
      [closed, open(edge), open(anywhere, [{ port: 31001, endPort: 31002 }])],
      source(),
      "fail",
      /let no address in to port 31003 of/,
    ],
    [
      "let addresses in",
      [open(anywhere)],
      source(),
      "info",
      /is let in by an address block alone \(0\.0\.0\.0\/0\)/,
    ],
    [
      "let the nodes in, where the controller is on them",
      [open(anywhere)],
      source({ hostNetwork: true }),
      "pass",
      /let in the ingress/,
    ],
    [
      "admit a namespace that is not there",
      [open(edge), open(anywhere, [{ port: 31001, endPort: 31003 }])],
      { namespace: "edge", absent: true },
      "info",
      /there is no namespace edge/,
    ],
    [
      "let everybody in",
      [policy("all", { podSelector: {}, ingress: [{}] })],
      { namespace: "edge", absent: true },
      "pass",
      /let in/,
    ],
  ])("%s", (_, policies, controller, expected, words) => {
    const result = judgePolicies(entries, policies, controller);
    expect(result.detail).toMatch(words);
    expect(result.status).toBe(expected);
    if (expected !== "pass") expect(result.hint).toMatch(SENTENCE);
  });

  it("take the pods that run in its namespace for the controller", () => {
    const job = { ...pod("job", { labels: { app: "job" } }), status: { phase: "Succeeded" } };
    const running = pod("nginx", { labels: { app: "nginx" }, podIP: "10.0.0.9" });
    expect(sendersOf([job, running])).toEqual([
      { labels: { app: "nginx" }, hostNetwork: false, address: "10.0.0.9" },
    ]);
    expect([sendersOf(undefined), sendersOf([job])]).toEqual([undefined, undefined]);
  });

  it("say what a controller on the network of its nodes needs", () => {
    const result = judgePolicies(entries, [closed, open(edge)], source({ hostNetwork: true }));
    expect(result.hint).toMatch(/no selector means: add a NetworkPolicy with an `ipBlock` of your nodes/);
  });
});
