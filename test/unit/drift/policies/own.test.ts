import { describe, expect, it } from "vitest";
import { scanPolicies } from "../../../../src/drift/policies/scan.ts";
import { edit, stage } from "./stage.ts";
import { tenantOf, use } from "./support.ts";

const OWN = (cidr: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: mine}
spec:
  podSelector: {}
  ingress: [{from: [{ipBlock: {cidr: "${cidr}"}}]}]
`;

describe("the user's own policies", () => {
  const MINE = "/apis/networking.k8s.io/v1/namespaces/acme/networkpolicies/mine";

  it("are compared too", async () => {
    const { cluster, scan, records } = stage({ own: [OWN("10.0.0.0/8")] });
    expect((await scanPolicies(scan, records)).findings).toEqual([]);
    edit(cluster, MINE, { ingress: [] });
    expect((await scanPolicies(scan, records)).findings).toMatchObject([
      { path: "/spec/ingress", object: { name: "mine" } },
    ]);
  });

  it("are left alone where they hang on a secret that the step was not given", async () => {
    const own = [OWN("${ALLOWED}")];
    const { scan, records } = stage({ own, secrets: { ALLOWED: "10.9.0.0/16" } });
    const changed = { ...scan, secrets: new Map([["ALLOWED", "10.8.0.0/16"]]) };
    const { findings } = await scanPolicies(changed, records);
    expect(findings).toMatchObject([
      { object: { name: "mine" }, expected: expect.stringMatching(/secret, tag/) },
    ]);
    expect(JSON.stringify(findings)).not.toMatch(/10\.[89]\.0\.0/);
    expect(await scanPolicies({ ...scan, secrets: new Map() }, records)).toEqual({
      findings: [],
      unread: [],
      notes: [],
    });
  });

  it("that are none are said to be unread", async () => {
    const { scan, records } = stage();
    const broken = tenantOf("acme", [use("network-isolation", "acme", ["kind: Other"])]);
    const uses = [...scan.environment.components, ...broken.components];
    const scanned = await scanPolicies({ ...scan, tenants: [broken], uses }, records);
    expect(scanned.unread).toMatchObject([
      { scope: "network policies of tenant acme", reason: expect.stringMatching(/0\.yaml:1/) },
    ]);
    expect(scanned.findings).toEqual([]);
    expect(scanned.notes).toEqual([]);
  });
});
