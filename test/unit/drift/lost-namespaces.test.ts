import { describe, expect, it } from "vitest";
import { oncePerNamespace } from "../../../src/drift/lost-namespaces.ts";
import type { Finding } from "../../../src/drift/model.ts";
import type { ComponentUse } from "../../../src/environment/model.ts";

const uses = [
  { id: "control-plane", namespace: "clearml" },
  { id: "agent", tenant: "acme", namespace: "acme" },
  { id: "app-gateway", tenant: "acme", namespace: "acme" },
  { id: "agent", tenant: "globex", namespace: "globex" },
] as ComponentUse[];

function finding(more: Partial<Finding>): Finding {
  return {
    class: "release",
    component: "agent",
    tenant: "acme",
    upgradeRepairs: true,
    message: "m",
    ...more,
  };
}

/** A finding about the cluster's own components. */
function shared({ tenant: _, ...rest }: Finding): Finding {
  return { ...rest, component: "control-plane" };
}

function namespace(name: string, more: Partial<Finding> = {}): Finding {
  return finding({ class: "missing", object: { apiVersion: "v1", kind: "Namespace", name }, ...more });
}

describe("a namespace that is gone", () => {
  it("is one finding, the tenant's own, and the releases that were in it are none", () => {
    const own = namespace("acme", { component: "tenant" });
    const others = [shared(finding({})), finding({ tenant: "globex" })];
    const consequences = [namespace("acme"), finding({}), finding({ component: "app-gateway" })];
    expect(oncePerNamespace([...consequences, own, ...others], uses)).toEqual([own, ...others]);
  });

  it("is told where no tenant says it, by the first that does", () => {
    const first = shared(namespace("clearml"));
    const second = shared(namespace("clearml", { message: "again" }));
    expect(oncePerNamespace([first, second], uses)).toEqual([first]);
  });

  it("leaves everything else as it is", () => {
    const missing = finding({ class: "missing", object: { apiVersion: "v1", kind: "Secret", name: "acme" } });
    expect(oncePerNamespace([missing, finding({})], uses)).toEqual([missing, finding({})]);
  });
});
