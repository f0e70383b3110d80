import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { scanCertificates } from "../../src/drift/certificates/scan.ts";
import type { ComponentUse } from "../../src/environment/model.ts";
import type { ReleaseRecord } from "../../src/helm/record.ts";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import { type CertificateKind, createCertificates } from "../support/gateway/certificates.ts";
import { sharedCluster } from "../support/shared-cluster.ts";
import { type Connection, connect, given } from "../support/watching.ts";

let connection: Connection;
let namespace: string;
const folder = mkdtempSync(join(tmpdir(), "drift-certificates-"));

beforeAll(async () => {
  connection = await connect(await sharedCluster());
  const { of } = await createCertificates(folder, ["a.example"]);
  const secret = (name: string, kind: CertificateKind, type?: string): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name },
    ...(type === undefined ? {} : { type }),
    data: {
      "tls.crt": readFileSync(of[kind].certificate).toString("base64"),
      "tls.key": readFileSync(of[kind].key).toString("base64"),
    },
  });
  namespace = await given(connection.api, [
    secret("good", "good", "kubernetes.io/tls"),
    secret("few", "few-days", "kubernetes.io/tls"),
    secret("opaque", "good"),
  ]);
});
afterAll(async () => {
  await connection?.api.remove(`/api/v1/namespaces/${namespace}`);
  await connection?.close();
  rmSync(folder, { recursive: true, force: true });
});

const recordNaming = (...names: string[]) => {
  const tls = names.map((secretName) => ({ secretName, hosts: ["a.example"] }));
  const manifest = `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {tls: ${JSON.stringify(tls)}}`;
  return { manifest, namespace, status: "deployed" } as ReleaseRecord;
};

it("reads the TLS secrets of the whole cluster at once, and asks for those alone that are not among them", async () => {
  const { api } = connection;
  const use = { id: "control-plane", namespace, release: "clearml" } as ComponentUse;
  const scan = { kubernetes: api, now: new Date(), options: { tlsDays: 14 } };
  const before = api.calls;
  expect(await scanCertificates(scan, new Map([[use, recordNaming("good")]]))).toMatchObject({
    findings: [],
    unread: [],
  });
  expect(api.calls - before).toBe(1);
  const found = await scanCertificates(
    scan,
    new Map([[use, recordNaming("good", "few", "opaque", "missing")]]),
  );
  expect(found.unread).toEqual([]);
  expect(found.findings.map(({ object, message }) => [object?.name, message])).toEqual([
    [
      "few",
      `control-plane: Secret ${namespace}/few holds a certificate with 2 days left (input \`tls-days\`: 14)`,
    ],
    ["missing", `control-plane: Secret ${namespace}/missing is not there, and the Ingress names it for TLS`],
  ]);
});
