import { describe, expect, it } from "vitest";
import { createDiscovery } from "../../../src/kubernetes/discovery.ts";
import type { Send } from "../../../src/kubernetes/send.ts";

const object = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: "a" } });

/** A server that gives these answers by path, and what it was asked. */
function server(answers: Readonly<Record<string, unknown>>): { send: Send; asked: string[] } {
  const asked: string[] = [];
  const send: Send = async ({ path }) => {
    asked.push(path);
    const answer = answers[path];
    if (answer instanceof Error) throw answer;
    const text = answer === undefined ? "404 page not found" : JSON.stringify(answer);
    return { status: answer === undefined ? 404 : 200, headers: {}, text, resent: false };
  };
  return { send, asked };
}

const widgets = {
  kind: "APIGroupDiscoveryList",
  items: [
    {
      metadata: { name: "example.com" },
      versions: [
        {
          version: "v1",
          resources: [{ resource: "widgets", responseKind: { kind: "Widget" }, scope: "Cluster" }],
        },
      ],
    },
  ],
};

describe("the path of an object", () => {
  it("takes no question for a kind that every cluster serves", async () => {
    const { send, asked } = server({});
    const pathOf = createDiscovery(send);
    expect(await pathOf(object("v1", "Secret"), "shop")).toBe("/api/v1/namespaces/shop/secrets/a");
    expect(await pathOf(object("v1", "Node"), "shop")).toBe("/api/v1/nodes/a");
    expect(asked).toEqual([]);
  });

  it("of an old version is not that of the new one", async () => {
    const { send, asked } = server({ "/apis": { kind: "APIGroupDiscoveryList", items: [] } });
    expect(await createDiscovery(send)(object("extensions/v1beta1", "Ingress"), "shop")).toBeUndefined();
    expect(asked).toEqual(["/apis"]);
  });

  it("is found group by group on a server that does not know better", async () => {
    const { send, asked } = server({
      "/apis": { kind: "APIGroupList", groups: [] },
      "/apis/example.com/v1": {
        resources: [
          { name: "widgets", kind: "Widget", namespaced: true },
          { name: "widgets/status", kind: "Widget", namespaced: true },
          { name: "widgets/scale", kind: "Scale", namespaced: true },
        ],
      },
    });
    const pathOf = createDiscovery(send);
    const path = "/apis/example.com/v1/namespaces/shop/widgets/a";
    expect(await pathOf(object("example.com/v1", "Widget"), "shop")).toBe(path);
    expect(await pathOf(object("example.com/v1", "Scale"), "shop")).toBeUndefined();
    expect(await pathOf(object("example.org/v1", "Widget"), "shop")).toBeUndefined();
    expect(asked).toEqual(["/apis", "/apis/example.com/v1", "/apis/example.org/v1"]);
  });

  it("is asked for again after a failure", async () => {
    const answers: Record<string, unknown> = { "/apis": new Error("no answer") };
    const pathOf = createDiscovery(server(answers).send);
    await expect(pathOf(object("example.com/v1", "Widget"), "shop")).rejects.toThrow("no answer");
    answers["/apis"] = widgets;
    expect(await pathOf(object("example.com/v1", "Widget"), "shop")).toBe("/apis/example.com/v1/widgets/a");
  });

  it("is asked for again a while later: a chart may have brought the kind", async () => {
    const answers: Record<string, unknown> = { "/apis": { kind: "APIGroupDiscoveryList", items: [] } };
    const { send, asked } = server(answers);
    let now = 0;
    const pathOf = createDiscovery(send, () => now);
    const ask = () => pathOf(object("example.com/v1", "Widget"), "shop");
    expect(await ask()).toBeUndefined();
    answers["/apis"] = widgets;
    now = 9_000;
    expect(await ask()).toBeUndefined();
    now = 11_000;
    expect(await Promise.all([ask(), ask()])).toEqual(Array(2).fill("/apis/example.com/v1/widgets/a"));
    now = 60_000;
    await ask();
    expect(asked).toEqual(["/apis", "/apis"]);
  });
});
