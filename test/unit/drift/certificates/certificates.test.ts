import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scanCertificates } from "../../../../src/drift/certificates/scan.ts";
import { wantedCertificates } from "../../../../src/drift/certificates/wanted.ts";
import type { ComponentUse } from "../../../../src/environment/model.ts";
import type { ReleaseRecord } from "../../../../src/helm/record.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { RefusedError } from "../../../../src/kubernetes/refusals.ts";
import {
  type CertificateKind,
  createCertificates,
  type GatewayCertificates,
} from "../../../support/gateway/certificates.ts";

const HOST = "gateway.acme.example";
const USE = { id: "app-gateway", tenant: "acme", namespace: "acme", release: "gateway" } as ComponentUse;

const manifestOf = (...tls: object[]) =>
  [
    "---\n# Source: gateway/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {secretName: no}",
    "---\n# Source: gateway/templates/ingress.yaml\napiVersion: networking.k8s.io/v1\nkind: Ingress",
    `metadata: {name: a}\nspec: {rules: [{host: ${HOST}}, {host: other.example}], tls: ${JSON.stringify(tls)}}`,
  ].join("\n");

const recordOf = (manifest: string, parts: Partial<ReleaseRecord> = {}) =>
  ({ manifest, namespace: "acme", status: "deployed", ...parts }) as ReleaseRecord;

describe("wantedCertificates", () => {
  const wanted = (...args: Parameters<typeof recordOf>) =>
    wantedCertificates(USE, recordOf(...args)).map(({ use: _, ...rest }) => rest);

  it.each<[string, ReturnType<typeof wanted>, object[]]>([
    [
      "entries with hosts",
      wanted(manifestOf({ hosts: [HOST], secretName: "a" }, { hosts: ["other.example"], secretName: "b" })),
      [
        { namespace: "acme", name: "a", hosts: [HOST] },
        { namespace: "acme", name: "b", hosts: ["other.example"] },
      ],
    ],
    [
      "two entries of one Secret",
      wanted(manifestOf({ hosts: [HOST], secretName: "a" }, { hosts: [HOST, "x"], secretName: "a" })),
      [{ namespace: "acme", name: "a", hosts: [HOST, "x"] }],
    ],
    [
      "an entry for all hosts",
      wanted(manifestOf({ secretName: "a" })),
      [{ namespace: "acme", name: "a", hosts: [HOST, "other.example"] }],
    ],
    [
      "an entry without a Secret",
      wanted(manifestOf({ hosts: [HOST] }, { hosts: ["x"], secretName: "" })),
      [],
    ],
    [
      "an Ingress in a List, with a namespace of its own",
      wanted(
        JSON.stringify({
          apiVersion: "v1",
          kind: "List",
          items: [
            {
              apiVersion: "networking.k8s.io/v1",
              kind: "Ingress",
              metadata: { name: "a", namespace: "elsewhere" },
              spec: { tls: [{ hosts: ["x"], secretName: "a" }] },
            },
          ],
        }),
      ),
      [{ namespace: "elsewhere", name: "a", hosts: ["x"] }],
    ],
    [
      "what stands beside an Ingress and is none",
      wanted(
        'kind: List\nitems: [{kind: Ingress, metadata: {name: a}}, {kind: Other, metadata: {name: b}, spec: {tls: [{secretName: "b"}]}}]',
      ),
      [],
    ],
    ["what is uninstalled", wanted(manifestOf({ secretName: "a" }), { status: "uninstalled" }), []],
    ["no Ingress", wanted("kind: IngressClass\napiVersion: v1\nmetadata: {name: secretName}"), []],
  ])("%s", (_, found, expected) => expect(found).toEqual(expected));
});

describe("scanCertificates", () => {
  let folder: string;
  let certificates: GatewayCertificates;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "drift-certificates-"));
    certificates = await createCertificates(folder, [HOST]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const secretOf = (kind: CertificateKind, parts: object = {}): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "tls", namespace: "acme" },
    type: "kubernetes.io/tls",
    data: {
      "tls.crt": readFileSync(certificates.of[kind].certificate).toString("base64"),
      "tls.key": readFileSync(certificates.of[kind].key).toString("base64"),
    },
    ...parts,
  });
  const forbidden = (what: string) =>
    new RefusedError({ message: `${what} is forbidden`, hint: "ask" }, 403, "Forbidden");

  /** A cluster with these objects, and the paths that were asked for. */
  const scanned = async (
    objects: Readonly<Record<string, KubernetesObject>>,
    {
      refused = [],
      tlsDays = 14,
      hosts = [HOST],
    }: { refused?: string[]; tlsDays?: number; hosts?: string[] } = {},
  ) => {
    const asked: string[] = [];
    const visit = (path: string) => {
      asked.push(path);
      if (refused.includes(path)) throw forbidden(path);
    };
    const found = await scanCertificates(
      {
        kubernetes: {
          async get(path) {
            visit(path);
            return objects[path];
          },
          async *pages(path, query) {
            visit(`${path}?${query}`);
            const inside = path === "/api/v1/secrets" ? "/secrets/" : `${path}/`;
            yield Object.entries(objects).flatMap(([at, each]) =>
              at.includes(inside) && each.type === "kubernetes.io/tls" ? [each] : [],
            );
          },
        },
        now: new Date(),
        options: { tlsDays },
      },
      new Map([[USE, recordOf(manifestOf({ hosts, secretName: "tls" }))]]),
    );
    return { ...found, asked };
  };
  const PATH = "/api/v1/namespaces/acme/secrets/tls";
  const HOME = "/api/v1/namespaces/acme";
  const LIST = "/api/v1/secrets?fieldSelector=type%3Dkubernetes.io%2Ftls";
  const OWN_LIST = "/api/v1/namespaces/acme/secrets?fieldSelector=type%3Dkubernetes.io%2Ftls";
  const home = (metadata: object = {}): Record<string, KubernetesObject> => ({
    [HOME]: { apiVersion: "v1", kind: "Namespace", metadata: { name: "acme", ...metadata } },
  });

  it("finds nothing wrong with a good one, in one request", async () => {
    const { asked, ...found } = await scanned({ [PATH]: secretOf("good") });
    expect(found).toEqual({ findings: [], unread: [], notes: [] });
    expect(asked).toEqual([LIST]);
  });

  it.each<[string, () => KubernetesObject, RegExp]>([
    ["few days left", () => secretOf("few-days"), /certificate with 2 days left \(input `tls-days`: 14\)$/],
    ["expired", () => secretOf("expired"), /expired on \d{4}-\d\d-\d\d$/],
    ["not valid yet", () => secretOf("not-yet-valid"), /not valid before/],
    ["another host", () => secretOf("wrong-name"), /for other\.example, not for gateway\.acme\.example$/],
    [
      "not parseable",
      () => secretOf("good", { data: { "tls.crt": "eA==", "tls.key": "eA==" } }),
      /no certificate/,
    ],
    ["empty", () => secretOf("good", { data: {} }), /has no `tls\.crt`/],
  ])("finds one that is %s", async (_, secret, words) => {
    const { findings } = await scanned({ [PATH]: secret() });
    expect(findings).toEqual([
      {
        class: "credential",
        component: "app-gateway",
        tenant: "acme",
        object: { apiVersion: "v1", kind: "Secret", namespace: "acme", name: "tls" },
        upgradeRepairs: false,
        message: expect.stringMatching(words),
        hint: expect.any(String),
      },
    ]);
    expect(findings[0]?.message).toMatch(/^app-gateway of acme: Secret acme\/tls /);
    expect(JSON.stringify(findings)).not.toMatch(/BEGIN|PRIVATE/);
  });

  it("takes as many days as are asked for, and stars", async () => {
    expect((await scanned({ [PATH]: secretOf("few-days") }, { tlsDays: 2 })).findings).toEqual([]);
    const star = { hosts: [`*.${HOST}`] };
    expect((await scanned({ [PATH]: secretOf("wildcard") }, star)).findings).toEqual([]);
    expect((await scanned({ [PATH]: secretOf("good") }, star)).findings).toHaveLength(1);
  });

  it("looks again before it says that one is missing", async () => {
    const { findings, asked } = await scanned(home());
    expect(findings[0]?.message).toBe(
      "app-gateway of acme: Secret acme/tls is not there, and the Ingress names it for TLS",
    );
    expect(asked).toEqual([LIST, PATH, HOME]);
  });

  it("takes one of another type: controllers do", async () => {
    expect((await scanned({ [PATH]: secretOf("good", { type: "Opaque" }) })).findings).toEqual([]);
    expect((await scanned({ [PATH]: secretOf("expired", { type: "Opaque" }) })).findings).toHaveLength(1);
  });

  it("leaves a namespace that is gone, or going, to those who look for it", async () => {
    expect((await scanned({})).findings).toEqual([]);
    expect((await scanned(home({ deletionTimestamp: "2026-01-01T00:00:00Z" }))).findings).toEqual([]);
  });

  it("asks in the namespace where it may not ask for all", async () => {
    const { findings, unread, asked } = await scanned({ [PATH]: secretOf("expired") }, { refused: [LIST] });
    expect(findings).toHaveLength(1);
    expect(unread).toEqual([]);
    expect(asked).toEqual([LIST, OWN_LIST]);
  });

  it("says what it could not read, and finds nothing missing there", async () => {
    const { findings, unread } = await scanned(home(), { refused: [LIST, OWN_LIST] });
    expect(findings).toEqual([]);
    expect(unread).toEqual([
      {
        scope: "TLS Secrets of namespace acme",
        reason: `${OWN_LIST} is forbidden; ask`,
      },
    ]);
  });

  it("says which Secret it could not get, and finds one missing where it may see no namespaces", async () => {
    const one = await scanned(home(), { refused: [PATH] });
    expect(one.findings).toEqual([]);
    expect(one.unread).toEqual([{ scope: "TLS Secret acme/tls", reason: `${PATH} is forbidden; ask` }]);
    const other = await scanned(home(), { refused: [HOME] });
    expect(other.unread).toEqual([]);
    expect(other.findings).toHaveLength(1);
  });

  it("asks nothing where no Ingress names a Secret, and reads on behind a damaged manifest", async () => {
    const kubernetes = {
      get: () => Promise.reject(new Error("asked")),
      pages: () => {
        throw new Error("asked");
      },
    };
    const scan = { kubernetes, now: new Date(), options: { tlsDays: 14 } };
    const records = new Map([[USE, recordOf('kind: Ingress\nspec: "secretName: \n a: [')]]);
    expect(await scanCertificates(scan, records)).toEqual({
      findings: [],
      unread: [
        { scope: "Ingresses of release acme/gateway", reason: expect.stringContaining("no valid YAML") },
      ],
      notes: [],
    });
  });
});
