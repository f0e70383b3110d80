/** What could not be looked at is told, never taken for clean, and never for drift. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { writeKubeconfig } from "../cluster/kubeconfig.ts";
import {
  type BusyCluster,
  CLIENT_SIDE,
  SERVER_SIDE,
  startBusyCluster,
} from "../support/drift/busy-cluster.ts";
import { GROUP } from "../support/drift/chart-cluster.ts";
import { until } from "../support/drift/controllers.ts";
import { restartApiServer } from "../support/drift/restart.ts";
import { type DriftScan, inShort } from "../support/drift/scans.ts";
import { upgradeByHand } from "../support/drift/seeds.ts";
import { type FakeAnswer, type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { blocksOf, page } from "../support/pages/pages.ts";

let busy: BusyCluster;
let proxy: FaultProxy;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  busy = await startBusyCluster({ tenants: [] });
  proxy = await startFaultProxy(busy.deployment.world.cluster);
});
afterAll(async () => {
  await proxy?.stop();
  await busy?.stop();
  for (const stop of stops) await stop();
});
beforeEach(() => proxy.clear());

function scanThroughProxy(): Promise<DriftScan> {
  return busy.scan({}, { KUBECONFIG: proxy.kubeconfig });
}

function expectClean({ report, code, lines }: DriftScan): void {
  expect(report.findings.map(inShort), lines.join("\n")).toEqual([]);
  expect(report.partial).toEqual([]);
  expect({ code, complete: report.complete }).toEqual({ code: 0, complete: true });
}

/** Nothing was found, and that is not said to be all. */
function expectPartial({ report, code, message }: DriftScan, scope: RegExp): void {
  expect(report.findings.map(inShort)).toEqual([]);
  expect(report.partial.map((each) => each.scope)).toContainEqual(expect.stringMatching(scope));
  expect({ code, complete: report.complete }).toEqual({ code: 4, complete: false });
  expect(message).toContain("not everything could be looked at");
}

describe("an API server that has its troubles", () => {
  const paths = { deployments: /\/deployments$/, records: /\/secrets$/ };

  it.each<[string, keyof typeof paths, FakeAnswer | "cut-amid"]>([
    ["is busy and says until when", "deployments", { status: 429, retryAfter: 1 }],
    ["is busy, of Helm's records", "records", { status: 429, retryAfter: 1 }],
    ["has forgotten where a list stood", "deployments", { status: 410 }],
    ["has no leader for a moment", "deployments", { status: 503 }],
    ["is cut off amid a list", "deployments", "cut-amid"],
  ])("is asked again when it %s", async (_, what, fault) => {
    proxy.fault({ path: paths[what], times: 1, fault });
    expectClean(await scanThroughProxy());
    expect(proxy.requests.filter(({ path }) => paths[what].test(path)).length).toBeGreaterThan(1);
  });

  it("is asked again after it was away for a moment", async () => {
    proxy.fault({ path: /^\/(api|apis)\//, from: 4, times: 12, fault: "cut-before" });
    expectClean(await scanThroughProxy());
    expect(proxy.requests.filter(({ passedOn }) => !passedOn)).toHaveLength(12);
  });

  it.each<[string, RegExp, FakeAnswer, RegExp]>([
    ["is too busy for", /\/configmaps$/, { status: 429 }, /configmaps/i],
    ["breaks over", /\/deployments$/, { status: 500 }, /deployments/i],
    ["forgets twice the list of", /\/services$/, { status: 410 }, /services/i],
    ["has lost", /\/widgets$/, { status: 500 }, /widgets/i],
    ["does not tell", /\/networkpolicies$/, { status: 500 }, /network ?policies/i],
    ["cannot read", /\/secrets$/, { status: 500, message: "etcd is away" }, /helm's records/i],
  ])("that %s %s leaves the rest to be looked at", async (_, path, fault, scope) => {
    proxy.fault({ path, fault });
    const scan = await scanThroughProxy();
    expectPartial(scan, scope);
  });

  it("that fails for good ends the run in the middle, and nothing is called clean", async () => {
    // Lists are read by then, and the server is asked what it thinks of them.
    proxy.fault({ path: /^\/(api|apis)\//, from: 30, fault: { status: 500 } });
    const scan = await scanThroughProxy();
    expect(scan.report.findings.map(inShort)).toEqual([]);
    expect({ code: scan.code, complete: scan.complete }).toEqual({ code: 4, complete: false });
  });

  it("that is killed in the middle and comes back is waited for, or told", async () => {
    const scanning = scanThroughProxy();
    await until("the scan being at work", async () => proxy.requests.length >= 10);
    const restarted = await restartApiServer(busy.deployment.world.cluster, busy.api);
    stops.push(restarted.stop);
    const { report, code } = await scanning;
    // How long a server takes to start depends on the machine, and what was asked meanwhile on that.
    expect(report.findings.map(inShort)).toEqual([]);
    expect({ code, complete: report.complete }).toEqual(
      report.partial.length > 0 ? { code: 4, complete: false } : { code: 0, complete: true },
    );
    await restarted.back;
    expectClean(await busy.scan());
  });
});

describe("an account", () => {
  async function scanAs(name: string, objects: readonly object[]): Promise<DriftScan> {
    const { authority, server } = busy.deployment.world.cluster;
    if (!authority) throw new Error("this cluster gives no certificates");
    await busy.kubectl(
      ["create", "-f", "-"],
      JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
    );
    const KUBECONFIG = await writeKubeconfig(authority, server, { name, subject: `CN=${name}` });
    return busy.scan({}, { KUBECONFIG });
  }
  const RBAC = "rbac.authorization.k8s.io";
  const ALL = [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list"] }];
  /** Those that the README tells to copy, with the custom resources of these charts. */
  const rulesOfThePage = () => {
    const blocks = blocksOf(page("actions/detect-drift/README.md"));
    const role = blocks.find(({ text }) => text.includes("kind: ClusterRole"));
    const { rules } = parse(role?.text ?? "") as { rules: object[] };
    return [...rules, { apiGroups: [GROUP], resources: ["widgets"], verbs: ["get", "list"] }];
  };
  const bound = (name: string, namespace?: string, rules: readonly object[] = ALL) => {
    const [role, metadata] = [
      namespace ? "Role" : "ClusterRole",
      { name, ...(namespace ? { namespace } : {}) },
    ];
    return [
      {
        ...{ apiVersion: `${RBAC}/v1`, kind: role, metadata },
        rules,
      },
      {
        ...{ apiVersion: `${RBAC}/v1`, kind: `${role}Binding`, metadata },
        roleRef: { apiGroup: RBAC, kind: role, name },
        subjects: [{ apiGroup: RBAC, kind: "User", name }],
      },
    ];
  };

  it("that sees one namespace says which ones it does not see", async () => {
    const scan = await scanAs("half-blind", bound("half-blind", "redis-shared"));
    expectPartial(scan, /namespaces .*cfgi/);
    expect(scan.report.scanned.releases).toBe(1);
    expect(scan.report.partial.map(({ reason }) => reason).join("\n")).toMatch(/half-blind.*cannot list/);
  });

  it("that may only read finds what there is, and says what nobody has confirmed", async () => {
    const { namespace } = CLIENT_SIDE;
    await busy.kubectl(["-n", namespace, "set", "image", "deployment/web", "web=example.com/web:2"]);
    const scan = await scanAs("reader", bound("reader", undefined, rulesOfThePage()));
    expect({ code: scan.code, complete: scan.complete }).toEqual({ code: 1, complete: true });
    const [found, ...others] = scan.report.findings.filter(({ object }) => object?.name === "web");
    expect(found).toMatchObject({ class: "modified", manager: "kubectl-set", proved: false });
    expect(others).toEqual([]);
    // Whether a webhook has done this only the server can tell.
    const rest = scan.report.findings.filter(({ object }) => object?.name !== "web");
    for (const each of rest) expect(each).toMatchObject({ proved: false, object: { kind: "Deployment" } });
    expect([...new Set(rest.map(({ object }) => object?.name))].sort()).toEqual(["mutated", "restless"]);
    await busy.kubectl(["-n", namespace, "set", "image", "deployment/web", "web=example.com/web:1"]);
  });
});

describe("a cluster that moves", () => {
  it("is looked at once more where a release was upgraded meanwhile", async () => {
    proxy.fault({ path: /\/statefulsets$/, times: 1, fault: { delayMs: 6_000 } });
    const scanning = scanThroughProxy();
    await until("the scan waiting", async () =>
      proxy.requests.some(({ path }) => /statefulsets$/.test(path)),
    );
    const redis = { release: "redis", namespace: "redis-shared", chart: "redis-17.8.3.tgz" };
    await upgradeByHand(busy, { ...redis, set: "image.tag=other" });
    const { report, lines } = await scanning;
    expect(lines.join("\n")).toMatch(/looked at once more: .*redis/);
    expect(report.findings.map(({ class: kind, component }) => `${kind} ${component}`)).toEqual([
      "release redis",
      "release redis",
    ]);
    expect(report.complete).toBe(true);
  });

  describe("and loses a namespace", () => {
    const { namespace } = SERVER_SIDE;
    const held = "/api/v1/namespaces/cfgi/configmaps/held";
    beforeAll(async () => {
      const metadata = { name: "held", finalizers: ["test.example/held"] };
      await busy.api.create(`/api/v1/namespaces/${namespace}/configmaps`, "test", {
        ...{ apiVersion: "v1", kind: "ConfigMap", metadata },
      });
      await busy.kubectl(["delete", "namespace", namespace, "--wait=false"]);
    });
    afterEach(() => busy.api.merge(held, "test", { metadata: { finalizers: null } }).catch(() => undefined));

    it("tells it once, not for each of its objects", async () => {
      const { report } = await busy.scan();
      const own = report.findings.filter(({ component }) => component === SERVER_SIDE.component);
      expect(own.map(inShort)).toEqual([
        `missing ${SERVER_SIDE.component} Namespace ${namespace} repairs: false`,
      ]);
      expect(own[0]).toMatchObject({ actual: "is being deleted" });
      expect(report.complete).toBe(true);
    });
  });
});
