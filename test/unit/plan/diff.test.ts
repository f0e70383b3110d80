import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../src/catalogue/index.ts";
import { objectDiff } from "../../../src/plan/diff.ts";
import { makeRedactor, redactorOf } from "../../../src/plan/redact.ts";
import { type Data, object, TAG } from "./support.ts";

const NOTHING = redactorOf([], TAG);
const tagOf = (secret: string) => `(secret, tag ${TAG(secret)})`;

function diff(before: Data | undefined, after: Data | undefined, redact = NOTHING): string {
  return objectDiff(before, after, TAG, redact);
}

const changes = (text: string) => text.split("\n").filter((line) => /^[+-]/.test(line));

describe("objectDiff", () => {
  it("is a unified diff of YAML whose keys have one order", () => {
    const before = {
      data: { b: "1", a: "2" },
      kind: "ConfigMap",
      metadata: { name: "it" },
      apiVersion: "v1",
    };
    const after = { metadata: { name: "it" }, apiVersion: "v1", data: { a: "2", b: "3" }, kind: "ConfigMap" };
    expect(diff(before, after)).toBe(
      ["@@ -4,4 +4,4 @@", "   name: it", " data:", '   a: "2"', '-  b: "1"', '+  b: "3"'].join("\n"),
    );
  });

  it("shows a new object as added and a deleted one as removed", () => {
    const it_ = object("ConfigMap");
    const lines = ["apiVersion: v1", "kind: ConfigMap", "metadata:", "  name: it"];
    expect(changes(diff(undefined, it_))).toEqual(lines.map((line) => `+${line}`));
    expect(changes(diff(it_, undefined))).toEqual(lines.map((line) => `-${line}`));
  });

  it("compares texts of several lines by their lines", () => {
    const file = (port: number) =>
      object("ConfigMap", { data: { "a.conf": `one\nport = ${port}\nthree\n` } });
    expect(changes(diff(file(1), file(2)))).toEqual(["-    port = 1", "+    port = 2"]);
  });

  const many = (count: number, text: string) =>
    object("ConfigMap", {
      data: Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, text])),
    });
  it("is bounded, and says by how much", () => {
    const lines = diff(many(220, "a"), many(220, "b")).split("\n");
    expect(lines).toHaveLength(201);
    expect(lines.at(-1)).toBe("… 244 more lines");
  });

  it("shows something of both where they have little in common", () => {
    const text = diff(many(2000, "a"), many(2000, "b"));
    expect(changes(text)).toHaveLength(200);
    expect(changes(text).filter((line) => line.startsWith("+"))).toHaveLength(100);
    expect(text.match(/^… 1905 more lines$/gm)).toHaveLength(2);
  });

  it("cuts very long lines", () => {
    expect(diff(undefined, object("ConfigMap", { data: { a: "x".repeat(5000) } })).length).toBeLessThan(600);
  });

  it("never shows the data of a Secret, and lets see what changed of it", () => {
    const secret = (data: Data) => object("Secret", { data });
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    const text = diff(
      secret({ same: base64("kept-text"), other: base64("old-text") }),
      secret({ same: base64("kept-text"), other: base64("new-text") }),
    );
    expect(changes(text)).toEqual([`-  other: ${tagOf("old-text")}`, `+  other: ${tagOf("new-text")}`]);
    expect(text).toContain(`same: ${tagOf("kept-text")}`);
  });

  it("gives a text the same tag in the data of a Secret and elsewhere", () => {
    const redact = redactorOf(["sesame-open"], TAG);
    const secret = diff(undefined, object("Secret", { stringData: { a: "sesame-open" } }), redact);
    const config = diff(undefined, object("ConfigMap", { data: { a: "sesame-open" } }), redact);
    expect(secret).toContain(tagOf("sesame-open"));
    expect(config).toContain(tagOf("sesame-open"));
  });

  const SECRET = "p4ss+w0rd/with=signs";
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const places: [what: string, fields: Data][] = [
    ["a variable", { spec: { env: [{ name: "A", value: SECRET }] } }],
    ["a number", { data: { a: 12345678 } }],
    ["an annotation", { metadata: { annotations: { a: `user:${SECRET}` } } }],
    ["a key", { data: { [SECRET]: "x" } }],
    ["a file of several lines", { data: { "a.conf": `a {\n  b = "${SECRET}"\n}\n` } }],
    ["JSON within a text", { data: { a: JSON.stringify({ a: `"${SECRET}"` }) } }],
    ["a URL", { data: { a: `https://x/?a=${encodeURIComponent(SECRET)}` } }],
    ["base64", { data: { a: base64(SECRET) } }],
    [
      "base64 of something longer",
      { data: { a: base64(`u:${SECRET}`), b: base64(`us:${SECRET}!`), c: base64(`use:${SECRET}!!`) } },
    ],
  ];
  it.each(places)("replaces a known secret in %s", (_, fields) => {
    const redact = redactorOf([SECRET, "12345678"], TAG);
    const text = diff(undefined, object("ConfigMap", fields), redact);
    expect(text).toMatch(/\(secret, tag [0-9a-f]{8}\)/);
    for (const part of [SECRET, encodeURIComponent(SECRET), "12345678", base64(SECRET).slice(8, 16)])
      expect(text).not.toContain(part);
  });

  const unknown: [what: string, fields: Data][] = [
    ["a variable whose name says so", { spec: { env: [{ name: "DB_PASSWORD", value: "sesame" }] } }],
    ["the password of a URI", { data: { a: "mongodb://root:sesame@db:27017/x" } }],
    ["the plain hash of something", { metadata: { annotations: { "checksum/secret": "ab".repeat(32) } } }],
  ];
  it.each(unknown)("replaces %s, though nobody told of it", (_, fields) => {
    const text = diff(undefined, object("ConfigMap", fields));
    expect(text).toContain("tag ");
    expect(text).not.toMatch(/sesame|abab/);
  });

  it("gives a variable's secret the tag it has elsewhere, without the quotes that HOCON needs", () => {
    const fields = { spec: { env: [{ name: "DB_PASSWORD", value: '"sesame"' }] } };
    expect(diff(undefined, object("ConfigMap", fields))).toContain(tagOf("sesame"));
  });

  it("leaves readable what only sounds like one", () => {
    const fields = {
      metadata: { annotations: { "checksum/none": "none", "other/hash": "ab".repeat(32) } },
      spec: {
        env: [{ name: "DB_PASSWORD", value: "" }],
        ports: [{ name: "token", value: 5 }],
        checksum: ["a"],
      },
    };
    expect(diff(undefined, object("ConfigMap", fields))).not.toContain("tag ");
  });

  it("leaves words of everybody as they are", () => {
    const fields = { data: { a: "yes", b: "https://x.example/a", c: "a@b.example" } };
    expect(diff(undefined, object("ConfigMap", fields), redactorOf(["yes", " "], TAG))).not.toContain("tag ");
  });

  it("replaces texts of four characters and more", () => {
    expect(redactorOf(["four", "two"], TAG)("four two")).toBe(`${tagOf("four")} two`);
  });

  it("replaces the longer of two secrets as a whole", () => {
    const redact = redactorOf(["sesame", "sesame-street"], TAG);
    expect(redact("a sesame-street b")).toBe(`a ${tagOf("sesame-street")} b`);
  });
});

describe("makeRedactor", () => {
  const definition = CATALOGUE["control-plane"];
  const known = (...values: Data[]) =>
    makeRedactor(TAG, { secrets: new Map([["A", "from-environment"]]), values, definition });

  const values: [what: string, value: Data, secret: string][] = [
    ["a place of a secret of the catalogue", { clearml: { apiserverSecret: "sesame-1" } }, "sesame-1"],
    ["a number there", { imageCredentials: { password: 12345678 } }, "12345678"],
    [
      "a variable that is a secret",
      {
        apiserver: {
          extraEnvs: [{ name: "CLEARML__secure__credentials__x__user_secret", value: '"sesame-2"' }],
        },
      },
      "sesame-2",
    ],
    [
      "a setting in a file",
      {
        apiserver: {
          additionalConfigs: { "secure.conf": 'credentials {\n x { user_secret: "sesame-3" }\n}' },
        },
      },
      "sesame-3",
    ],
    [
      "a variable whose name and value look like one",
      { some: { extraEnvs: [{ name: "MY_TOKEN", value: "b9Kx02LmQ9zTr5Vw7Yb2" }] } },
      "b9Kx02LmQ9zTr5Vw7Yb2",
    ],
    [
      "what looks like one",
      { some: { chart: { apiToken: "a8Kx02LmQ9zTr5Vw7Yb1" } } },
      "a8Kx02LmQ9zTr5Vw7Yb1",
    ],
  ];
  it.each(values)("knows %s", (_, value, secret) => {
    expect(known(value)(`a ${secret} b`)).toBe(`a ${tagOf(secret)} b`);
    expect(known({})(`a ${secret} b`)).toBe(`a ${secret} b`);
  });

  it("knows the secrets of the environment, and those of every revision it is given", () => {
    const redact = known({ clearml: { apiserverKey: "OLD-KEY" } }, { clearml: { apiserverKey: "NEW-KEY" } });
    expect(redact("from-environment OLD-KEY NEW-KEY")).toBe(
      ["from-environment", "OLD-KEY", "NEW-KEY"].map(tagOf).join(" "),
    );
  });

  it("knows places in any item of a list, and below any key", () => {
    const rows = ["list[].password", "maps.*.password"].map(
      (path) => ({ path, type: "string", secret: true }) as const,
    );
    const values = { list: [{ password: "sesame-1" }, "x"], maps: { a: { password: "sesame-2" }, b: 5 } };
    const redact = makeRedactor(TAG, {
      secrets: new Map(),
      values: [values],
      definition: { ...definition, values: rows },
    });
    expect(redact("sesame-1 sesame-2")).toBe(`${tagOf("sesame-1")} ${tagOf("sesame-2")}`);
  });

  it("leaves names of Secrets readable", () => {
    const redact = known({
      clearml: { existingSecret: "clearml-conf" },
      ingress: { tlsSecretName: "wildcard-tls" },
    });
    expect(redact("clearml-conf wildcard-tls")).toBe("clearml-conf wildcard-tls");
  });
});
