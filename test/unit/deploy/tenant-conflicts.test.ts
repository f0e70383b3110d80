import { describe, expect, it } from "vitest";
import { formatProblem } from "../../../src/core/errors.ts";
import { fileConflicts } from "../../../src/deploy/tenant/conflicts/conflicts.ts";
import { load } from "../environment/support.ts";
import { filesOf, HOST, SECRETS, sessions, streams, type Tenants, valuesIn } from "./tenant-files.ts";

async function conflicts(tenants: Tenants, names = ["acme", "globex"]): Promise<string[]> {
  const environment = await load(filesOf(tenants));
  return fileConflicts(environment, new Set(names), valuesIn(environment)).map(formatProblem);
}

describe("fileConflicts", () => {
  it.each<[string, Tenants, string]>([
    [
      "an SSO domain",
      { acme: { file: "domains: [a.example, x.example]" }, globex: { file: "domains: [x.example]" } },
      "tenants/globex.yaml:6:11: `x.example` belongs to tenant `acme` as well: which one a user joins is a matter of chance: here and at tenants/acme.yaml:6:22; give the domain to one of them",
    ],
    [
      "a host",
      { acme: { gateway: HOST }, globex: { gateway: HOST } },
      "tenants/globex/gateway.yaml:1:37: tenant `globex` has the host `apps.example.com` of tenant `acme`: here and at tenants/acme/gateway.yaml:1:37; give each its own host",
    ],
    [
      "session ports",
      { acme: { agent: sessions(31000) }, globex: { agent: sessions(31010) } },
      "tenants/globex/agent.yaml:1:50: sessions of tenant `globex` (31010 to 31020) overlap with sessions of tenant `acme` (31000 to 31010) on the cluster's nodes: here and at tenants/acme/agent.yaml:1:50; give each a range of its own",
    ],
    [
      "session ports with streams",
      { acme: { agent: sessions(31000) }, globex: { gateway: streams(31005, "1.2.3.4", "NodePort") } },
      "tenants/globex/gateway.yaml:4:23: streams of tenant `globex` (31005 to 31015) overlap with sessions of tenant `acme` (31000 to 31010) on the cluster's nodes: here and at tenants/acme/agent.yaml:1:50; give each a range of its own",
    ],
    [
      "stream ports behind one address",
      { acme: { gateway: streams(40000, "lb.example") }, globex: { gateway: streams(40010, "lb.example") } },
      "tenants/globex/gateway.yaml:4:23: streams of tenant `globex` (40010 to 40020) overlap with streams of tenant `acme` (40000 to 40010) behind `lb.example`: here and at tenants/acme/gateway.yaml:4:23; give each a range of its own",
    ],
    [
      "credentials under two names",
      {
        acme: { agent: "clearml: { agentk8sglueKey: '${KEY_ONE}' }" },
        globex: { gateway: "clearml: { apiKey: '${KEY_TWO}' }" },
      },
      "tenants/globex/gateway.yaml:1:20: tenants `globex` and `acme` are given the same credentials: here and at tenants/acme/agent.yaml:1:29; delete the key: the deployment makes credentials for each tenant",
    ],
    [
      "a namespace of a component",
      {
        globex: {
          file: "components:\n  agent: { version: 6.14.6, namespace: acme, release: second, overrides: [globex/agent.yaml] }",
        },
      },
      "tenants/globex.yaml:4:40: `agent` of tenant `globex` is put into namespace `acme` of tenant `acme`: here and at tenants/acme.yaml:1:7; leave `namespace` out: a tenant's components belong into the tenant's namespace",
    ],
  ])("refuses two tenants with %s", async (_, tenants, expected) => {
    expect(await conflicts(tenants)).toEqual([expected]);
    const [file = ""] = expected.split(":");
    const [concerned, other] = file.includes("globex") ? ["globex", "acme"] : ["acme", "globex"];
    expect(await conflicts(tenants, [concerned])).toHaveLength(1);
    expect(await conflicts(tenants, [other])).toHaveLength(1);
    expect(await conflicts(tenants, ["initech"])).toEqual([]);
  });

  it("refuses two tenants with components in one namespace that is neither's", async () => {
    const guest = (name: string) =>
      `components:\n  agent: { version: 6.14.6, namespace: extra, release: of-${name}, overrides: [${name}/agent.yaml] }`;
    const tenants = { acme: { file: guest("acme") }, globex: { file: guest("globex") } };
    expect(await conflicts({ globex: tenants.globex })).toEqual([]);
    const expected = "`agent` of tenant `globex` is put into namespace `extra` of tenant `acme`";
    for (const names of [["acme"], ["globex"]])
      expect(await conflicts(tenants, names)).toEqual([expect.stringContaining(expected)]);
  });

  it("leaves components out that are switched off", async () => {
    const file = "components:\n  app-gateway: { enabled: false, overrides: [globex/gateway.yaml] }";
    expect(await conflicts({ acme: { gateway: HOST }, globex: { gateway: HOST, file } })).toEqual([]);
  });

  it("points to the tenant that is to be deployed", async () => {
    const shared = { acme: { gateway: HOST }, globex: { gateway: HOST } };
    expect((await conflicts(shared, ["acme"]))[0]).toMatch(
      /^tenants\/acme\/gateway\.yaml:1:37: tenant `acme` has the host `apps\.example\.com` of tenant `globex`: here and at tenants\/globex/,
    );
  });

  it.each<[string, Tenants, string]>([
    [
      "a host",
      { acme: { gateway: "ingress: { enabled: true, hostName: 'api.${BASE_DOMAIN}' }" } },
      "tenants/acme/gateway.yaml:1:37: tenant `acme` has the host `api.ml.example.com` of component `control-plane`: here and at server.yaml:2:39; give each its own host",
    ],
    [
      "a port",
      { acme: { agent: sessions(30000) } },
      "tenants/acme/agent.yaml:1:50: sessions of tenant `acme` (30000 to 30010) overlap with service of component `control-plane` (30008) on the cluster's nodes: here and at server.yaml:3:40; give each a range of its own",
    ],
    [
      "its own credentials",
      { acme: { agent: "clearml: { agentk8sglueKey: '${SUPERVISOR}' }" } },
      "tenants/acme/agent.yaml:1:29: tenant `acme` is given credentials of the server itself: here and at server.yaml:6:74; delete the key: the deployment makes credentials for each tenant",
    ],
    [
      "the address of one of its users",
      { acme: { file: "admin: { name: A, email: ops@ml.example.com }" } },
      "tenants/acme.yaml:5:26: `ops@ml.example.com` is the address of an identity in the server's configuration: here and at server.yaml:7:71; give the admin of the tenant an address of their own",
    ],
    [
      "the namespace of a component",
      {
        acme: {
          file: "components:\n  agent: { version: 6.14.6, namespace: shared, overrides: [acme/agent.yaml] }",
        },
      },
      "tenants/acme.yaml:4:40: `agent` of tenant `acme` is put into namespace `shared` of component `redis`: here and at clearml.yaml:8:3; leave `namespace` out: a tenant's components belong into the tenant's namespace",
    ],
  ])("refuses a tenant that shares with the control plane: %s", async (_, tenants, expected) => {
    expect(await conflicts(tenants)).toEqual([expected]);
    expect(await conflicts(tenants, ["globex"])).toEqual([]);
  });

  it.each<[string, Tenants]>([
    ["nothing", {}],
    ["other hosts", { acme: { gateway: HOST }, globex: { gateway: HOST.replace("apps", "app2") } }],
    [
      "a host that is switched off",
      { acme: { gateway: HOST }, globex: { gateway: HOST.replace("true", "false") } },
    ],
    ["neighbouring ports", { acme: { agent: sessions(31000) }, globex: { agent: sessions(31011) } }],
    [
      "ports behind two addresses",
      { acme: { gateway: streams(40000, "a.example") }, globex: { gateway: streams(40000, "b.example") } },
    ],
    [
      "credentials that are made for each",
      {
        acme: { agent: "clearml: { agentk8sglueKey: '${TENANT_ACCESS_KEY}' }" },
        globex: { agent: "clearml: { agentk8sglueKey: '${TENANT_ACCESS_KEY}' }" },
      },
    ],
    [
      "other credentials",
      {
        acme: { agent: "clearml: { agentk8sglueKey: '${KEY_ONE}' }" },
        globex: { agent: "clearml: { agentk8sglueKey: '${KEY_THREE}' }" },
      },
    ],
    [
      "text of a guide",
      {
        acme: { agent: "clearml: { agentk8sglueKey: '<ACCESS_KEY>' }" },
        globex: { agent: "clearml: { agentk8sglueKey: '<ACCESS_KEY>' }" },
      },
    ],
  ])("lets tenants be that share %s", async (_, tenants) => {
    expect(await conflicts(tenants)).toEqual([]);
  });

  it("tells no credential", async () => {
    const found = await conflicts({
      acme: { agent: "clearml: { agentk8sglueKey: '${KEY_ONE}', agentk8sglueSecret: '${SUPERVISOR}' }" },
      globex: { agent: "clearml: { agentk8sglueKey: '${KEY_TWO}' }" },
    });
    expect(found).toHaveLength(2);
    for (const secret of SECRETS.values()) expect(found.join()).not.toContain(secret);
  });
});
