import { describe, expect, it } from "vitest";
import { ingressClass } from "../../../src/preflight/checks/ingress-class.ts";
import type { Look } from "../../../src/preflight/model.ts";
import { lookAt, told, use } from "./cluster.ts";

const CLASSES = "/apis/networking.k8s.io/v1/ingressclasses";
const NAMESPACE = "/api/v1/namespaces/ingress-nginx";
const PODS = `${NAMESPACE}/pods`;
const nginx = { metadata: { name: "nginx" } };
const byDefault = {
  metadata: { name: "traefik", annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
};
const server = (ingress: object) => use("control-plane", { values: { apiserver: { ingress } } });
const gateway = (ingress: object) => use("app-gateway", { values: { ingress } });
const annotated = { enabled: true, annotations: { "kubernetes.io/ingress.class": "alb" } };

describe("classes", () => {
  it.each<[string, Look["uses"], object[], string[]]>([
    ["one that is there", [server({ enabled: true, ingressClassName: "nginx" })], [nginx], []],
    ["the default", [server({ enabled: true })], [nginx, byDefault], []],
    ["off", [server({ enabled: false, ingressClassName: "x" })], [], []],
    ["not switched on here", [server({ ingressClassName: "x" })], [], []],
    ["an annotation", [server(annotated)], [nginx], []],
    ["a placeholder, with a default", [server({ enabled: true, ingressClassName: "${C}" })], [byDefault], []],
    [
      "no default",
      [server({ enabled: true }), gateway({ enabled: true })],
      [nginx],
      [
        "warning: control-plane `apiserver.ingress`, app-gateway `ingress`: no class is named, and the cluster has no default IngressClass: it gets no address",
      ],
    ],
    [
      "one that is missing",
      [server({ enabled: true, ingressClassName: "alb" })],
      [nginx],
      [
        "warning: the cluster has no IngressClass `alb`, which control-plane `apiserver.ingress` names: nobody may serve it",
      ],
    ],
  ])("%s", async (_, uses, classes, expected) => {
    expect(told(await ingressClass.find(lookAt({ lists: { [CLASSES]: classes } }, { uses })))).toEqual(
      expected,
    );
  });
});

describe("the controller", () => {
  const isolation = use("network-isolation");
  const elsewhere = use("network-isolation", { ingressNamespace: "edge" });
  const pod = (ready: string, phase = "Running") => ({
    metadata: { name: "controller" },
    status: { phase, conditions: [{ type: "Ready", status: ready }] },
  });
  it.each<[string, Look["uses"], object[] | undefined, string[]]>([
    ["ready", [isolation], [pod("False"), pod("True"), pod("False", "Succeeded")], []],
    [
      "not ready",
      [isolation],
      [pod("False")],
      [
        "warning: the ingress controller in namespace ingress-nginx is not ready (1 pods, none ready): hosts do not answer",
      ],
    ],
    [
      "no pods but ended ones",
      [use("control-plane")],
      [pod("False", "Succeeded")],
      ["warning: no ingress controller runs in namespace ingress-nginx: it has no pods"],
    ],
    ["elsewhere, nobody says where", [use("control-plane")], undefined, []],
    [
      "not where policies admit it",
      [elsewhere],
      [pod("True")],
      [
        "warning: the network policies admit the ingress controller in namespace edge, which is not there: requests from outside will be cut off",
      ],
    ],
  ])("%s", async (_, uses, pods, expected) => {
    const fake = pods ? { lists: { [PODS]: pods }, objects: { [NAMESPACE]: {} } } : {};
    expect(told(await ingressClass.find(lookAt(fake, { uses })))).toEqual(expected);
  });

  it("of a tenant is where the cluster's components say", async () => {
    const environment = { components: [elsewhere] } as unknown as Look["environment"];
    const tenant = use("network-isolation", { tenant: "acme", namespace: "acme" });
    const found = told(await ingressClass.find(lookAt({}, { environment, uses: [tenant] })));
    expect(found).toEqual([expect.stringContaining("in namespace edge, which is not there")]);
  });
});
