import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { judgeTlsSecret } from "../../../../src/kubernetes/tls-secret.ts";
import { secretFor } from "../../../../src/smoke/inside/tls-secret.ts";
import { createCertificates, type GatewayCertificates } from "../../../support/gateway/certificates.ts";
import { object } from "./support.ts";

const HOST = "gateway.acme.example";

describe("a TLS secret", () => {
  let folder: string;
  let certificates: GatewayCertificates;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tls-secret-"));
    certificates = await createCertificates(folder, [HOST, "192.0.2.7"]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  type Kind = keyof GatewayCertificates["of"];
  const secretOf = (kind: Kind, key: Kind = kind, more: object = {}) =>
    object("Secret", "tls", {
      type: "kubernetes.io/tls",
      data: {
        "tls.crt": readFileSync(certificates.of[kind].certificate).toString("base64"),
        "tls.key": readFileSync(certificates.of[key].key).toString("base64"),
      },
      ...more,
    });
  const judge = (secret: KubernetesObject | undefined, host = HOST, days = 14) =>
    judgeTlsSecret({ name: "acme/tls", secret, hosts: [host], days, now: Date.now() });
  const text = (value: string) => Buffer.from(value).toString("base64");

  it.each<[string, () => ReturnType<typeof judge>, string, RegExp]>([
    ["fits", () => judge(secretOf("good")), "pass", /89 days left$/],
    ["is for an address", () => judge(secretOf("good"), "192.0.2.7"), "pass", /days left/],
    ["is not for an address", () => judge(secretOf("good"), "192.0.2.8"), "fail", /not for 192\.0\.2\.8/],
    ["has a star", () => judge(secretOf("wildcard"), `s1.${HOST}`), "pass", /days left/],
    ["has a star for one label", () => judge(secretOf("wildcard"), `a.s1.${HOST}`), "fail", /not for a\.s1/],
    [
      "is of another host",
      () => judge(secretOf("wrong-name")),
      "fail",
      /for other\.example, not for gateway/,
    ],
    ["has expired", () => judge(secretOf("expired")), "fail", /expired on \d{4}-\d\d-\d\d$/],
    ["is not valid yet", () => judge(secretOf("not-yet-valid")), "fail", /not valid before/],
    ["has two days left", () => judge(secretOf("few-days")), "fail", /2 days left \(input `tls-days`: 14\)/],
    [
      "has two days left, which are enough",
      () => judge(secretOf("few-days"), HOST, 2),
      "pass",
      /2 days left$/,
    ],
    ["has another key", () => judge(secretOf("good", "wildcard")), "fail", /a key that does not belong/],
    ["is not there", () => judge(undefined), "fail", /is not there/],
    [
      "is of another type",
      () => judge(secretOf("good", "good", { type: "Opaque" })),
      "fail",
      /is of type Opaque/,
    ],
    ["is empty", () => judge(object("Secret", "tls", { data: {} })), "fail", /has no `tls\.crt`/],
    [
      "has no key",
      () => judge(object("Secret", "tls", { data: { "tls.crt": text("x") } })),
      "fail",
      /has no `tls\.key`/,
    ],
    [
      "holds anything",
      () => judge(secretOf("good", "good", { data: { "tls.crt": text("x"), "tls.key": text("y") } })),
      "fail",
      /holds no certificate/,
    ],
    [
      "holds a broken key",
      () => {
        const whole = secretOf("good") as unknown as { data: Record<string, string> };
        return judge(secretOf("good", "good", { data: { ...whole.data, "tls.key": text("y") } }));
      },
      "fail",
      /holds no key/,
    ],
  ])("%s", (_, run, expected, words) => {
    const result = run();
    expect(result.detail).toMatch(words);
    expect(result.status).toBe(expected);
    expect(JSON.stringify(result)).not.toMatch(/PRIVATE|BEGIN/);
  });

  it.each<[string, object[], string | undefined]>([
    [
      "its entry",
      [
        { hosts: ["x"], secretName: "a" },
        { hosts: [HOST], secretName: "b" },
      ],
      "b",
    ],
    ["a star", [{ hosts: ["*.acme.example"], secretName: "a" }], "a"],
    ["one for all", [{ secretName: "a" }], "a"],
    ["none", [{ hosts: ["x"], secretName: "a" }], undefined],
  ])("is found for a host by %s", (_, tls, expected) => expect(secretFor({ tls }, HOST)).toBe(expected));
});
