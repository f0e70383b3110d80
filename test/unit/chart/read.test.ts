import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readChart } from "../../../src/chart/read.ts";
import { UserError } from "../../../src/core/errors.ts";
import { type Files, inFolder } from "../environment/support.ts";
import { chartOf, packed } from "./support.ts";

const PARENT: Files = {
  "Chart.yaml": `apiVersion: v2
name: own
version: 1.2.3
appVersion: 4.5
kubeVersion: ">=1.21.0-0 <1.32.0-0"
dependencies:
  - { name: redis, version: 1.0.0, alias: cache, condition: "cache.enabled,global.cache", tags: [data] }
  - { name: common, version: 1.0.0, repository: "oci://registry.example.com/charts" }
`,
  "values.yaml": "cache: { size: 2 }\nglobal: { region: eu }\n",
  "templates/all.yaml": '{{ include "common.labels" . }}{{ include "redis.host" .Subcharts.cache }}',
  "crds/things.yaml": `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: example.com
  names: { kind: Thing }
  versions:
    - { name: v1, schema: { openAPIV3Schema: { type: object } } }
    - { name: v2, schema: { openAPIV3Schema: { type: string } } }
`,
};
const REDIS: Files = {
  "Chart.yaml": "apiVersion: v2\nname: redis\nversion: 1.0.0\n",
  "values.yaml": "size: 1\nport: 6379\nglobal: { storage: fast }\n",
  "templates/_all.tpl": '{{ define "redis.host" }}{{ .Values.host }}{{ end }}',
  "templates/all.yaml":
    "{{ .Values.size }} {{ .Values.port }} {{ .Values.global.storage }} {{ .Values.global.zone }}",
};
const COMMON: Files = {
  "Chart.yaml": "apiVersion: v2\nname: common\nversion: 1.0.0\ntype: library\n",
  "templates/_all.tpl":
    '{{ define "common.labels" }}{{ toYaml .Values.commonLabels }}{{ end }}{{ define "common.a" }}{{ .Values.later }}{{ end }}',
};

function below(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

const WHOLE = { ...PARENT, ...below("charts/redis", REDIS), ...below("charts/common", COMMON) };

/** What is wrong with a chart, as the user reads it. */
async function problem(read: Promise<unknown>): Promise<string> {
  const thrown = await read.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(UserError);
  return (thrown as UserError).problems.map(({ message }) => message).join("\n");
}

describe("a chart with subcharts", () => {
  it("has its metadata, and defaults of its subcharts below their alias", async () => {
    const chart = await chartOf(WHOLE);
    expect(chart).toMatchObject({
      name: "own",
      version: "1.2.3",
      appVersion: "4.5",
      kubeVersion: ">=1.21.0-0 <1.32.0-0",
      dependencies: [{ name: "redis", alias: "cache", tags: ["data"] }, { name: "common" }],
      values: { cache: { size: 2, port: 6379 }, global: { region: "eu", storage: "fast" } },
      subcharts: [{ key: "common" }, { key: "cache", chart: { name: "redis", values: { size: 2 } } }],
    });
    expect(chart.incomplete).toBeUndefined();
    expect(chart.crds.map(({ kind, group, version }) => `${kind} ${group}/${version}`)).toEqual([
      "Thing example.com/v1",
      "Thing example.com/v2",
    ]);
  });

  it.each([
    ["cache.size", "known"],
    ["cache.sise", "unknown"],
    ["redis.size", "unknown"],
    ["cache.host", "known"],
    ["host", "unknown"],
    ["cache.enabled", "known"],
    ["tags.data", "known"],
    ["tags.other", "unknown"],
    ["global.zone", "known"],
    ["cache.global.zone", "known"],
    ["global.cache", "known"],
    ["global.zome", "unknown"],
    // A library reads the values of the chart that includes it.
    ["commonLabels.any", "open"],
    ["later", "known"],
    ["common.commonLabels", "open"],
  ])("knows %s: %s", async (path, known) => {
    expect((await chartOf(WHOLE)).knows(path.split("."))).toBe(known);
  });

  it("leaves out what Helm leaves out of charts", async () => {
    const chart = await chartOf({
      ...WHOLE,
      ...below("charts/_old", { "Chart.yaml": "name: old\nversion: 1.0.0\n" }),
    });
    expect(chart.subcharts.map(({ key }) => key)).toEqual(["common", "cache"]);
  });

  it("takes over what a subchart exports", async () => {
    const chart = await chartOf({
      "Chart.yaml": `apiVersion: v2
name: own
version: 1.0.0
dependencies: [{ name: redis, version: 1.0.0, import-values: [data, { child: port, parent: x }, { child: deep, parent: up.here }] }]
`,
      ...below("charts/redis", {
        ...REDIS,
        "values.yaml": "exports: { data: { mine: 1 } }\ndeep: { a: 1 }\n",
      }),
    });
    expect(chart.defaultAt(["mine"])).toBe(1);
    expect(chart.defaultAt(["up", "here", "a"])).toBe(1);
  });

  it("calls keys open when a dependency is missing", async () => {
    const chart = await chartOf(PARENT);
    expect(chart.incomplete).toContain("`redis`");
    expect(chart.knows(["anything"])).toBe("open");
  });

  it("knows the keys of its schema", async () => {
    const chart = await chartOf({
      "values.yaml": "a: 1\n",
      "values.schema.json": JSON.stringify({
        properties: {
          b: { $ref: "#/definitions/b" },
          e: { additionalProperties: { properties: { f: {} } } },
        },
        allOf: [
          { properties: { d: {}, h: { properties: { i: {} }, additionalProperties: { type: "string" } } } },
        ],
        definitions: { b: { properties: { c: {}, loop: { $ref: "#/definitions/b" } } } },
      }),
    });
    const known = ["b.c", "b.loop.loop.c", "b.x", "d", "e.any.f", "e.any.g", "h.any", "x"].map((path) =>
      chart.knows(path.split(".")),
    );
    expect(known).toEqual(["known", "known", "unknown", "known", "known", "unknown", "known", "unknown"]);
  });
});

describe("a packaged chart", () => {
  it("is read as the folder is, with packaged subcharts in it", async () => {
    const redis = await packed(REDIS, "redis");
    const entry = { header: { name: "own/charts/redis-1.0.0.tgz", size: redis.length }, body: redis };
    const bytes = await packed({ ...PARENT, ...below("charts/common", COMMON) }, "own", [entry]);
    await inFolder({}, async (folder) => {
      const file = join(folder, "own-1.2.3.tgz");
      writeFileSync(file, bytes);
      const [chart, again] = [await readChart(file), await readChart(file)];
      const plain = await chartOf(WHOLE);
      expect(chart.values).toEqual(plain.values);
      expect(chart.knows(["cache", "sise"])).toBe("unknown");
      expect(chart.incomplete).toBeUndefined();
      expect(chart.digest).toMatch(/^[0-9a-f]{64}$/);
      expect(chart.digest).toBe(again.digest);
    });
  });

  it("reads names longer than a tar header holds", async () => {
    const long = `templates/${"deep/".repeat(30)}${"n".repeat(90)}.yaml`;
    const bytes = await packed({
      "Chart.yaml": "name: own\nversion: 1.0.0\n",
      "values.yaml": "b: 1",
      [long]: "{{ .Values.a }}",
    });
    await inFolder({}, async (folder) => {
      writeFileSync(join(folder, "own.tgz"), bytes);
      const chart = await readChart(join(folder, "own.tgz"));
      expect([chart.knows(["a"]), chart.knows(["c"])]).toEqual(["known", "unknown"]);
    });
  });

  it.each([
    [
      "a name that leads out of it",
      () => packed({ "../../x": "a", "Chart.yaml": "name: a\n" }),
      "does not lie in the chart's folder",
    ],
    [
      "a bomb",
      async () => gzipSync(Buffer.alloc(101 * 1024 * 1024), { level: 1 }),
      "larger than the 100 MiB",
    ],
    [
      "a file too large",
      () => packed({ "Chart.yaml": "name: a\n", "values.yaml": "#".repeat(6 * 1024 * 1024) }),
      "`values.yaml` is larger than the 5 MiB",
    ],
    ["something else", async () => new TextEncoder().encode("not a package"), "cannot be read"],
    ["no chart", () => packed({ "values.yaml": "a: 1" }), "no Chart.yaml"],
    [
      "a folder cut off",
      async () => (await packed({ "Chart.yaml": "name: a\n" })).slice(0, 60),
      "cannot be read",
    ],
  ])("refuses %s", async (_, make, reason) => {
    const bytes = await make();
    await inFolder({}, async (folder) => {
      writeFileSync(join(folder, "bad.tgz"), bytes);
      expect(await problem(readChart(join(folder, "bad.tgz")))).toContain(reason);
    });
  });

  it("leaves links out and says that it is not complete", async () => {
    const link = {
      header: { name: "own/values.yaml", size: 0, type: "symlink", linkname: "/etc/passwd" },
    } as const;
    const bytes = await packed({ "Chart.yaml": "name: own\nversion: 1.0.0\n" }, "own", [link]);
    await inFolder({}, async (folder) => {
      writeFileSync(join(folder, "own.tgz"), bytes);
      const chart = await readChart(join(folder, "own.tgz"));
      expect(chart.values).toEqual({});
      expect(chart.incomplete).toContain("`values.yaml`");
    });
  });
});

describe("a chart's folder", () => {
  it("follows links below the folder around it, and no others", async () => {
    const files = below("charts/own", { "Chart.yaml": "name: own\nversion: 1.0.0\n", "values.yaml": "z: 1" });
    await inFolder(
      { ...files, "charts/_shared.tpl": "{{ .Values.shared }}", "secret.txt": "{{ .Values.secret }}" },
      async (folder) => {
        const chart = join(folder, "charts/own");
        mkdirSync(join(chart, "templates"));
        symlinkSync("../../_shared.tpl", join(chart, "templates/_shared.tpl"));
        const inside = await readChart(chart);
        expect([inside.knows(["shared"]), inside.knows(["other"]), inside.incomplete]).toEqual([
          "known",
          "unknown",
          undefined,
        ]);
        symlinkSync("../../../secret.txt", join(chart, "templates/secret.tpl"));
        // Two folders that hold each other, twice: 2^40 paths for who does not notice.
        for (const [link, to] of [
          ["a/x", "b"],
          ["a/y", "b"],
          ["b/x", "a"],
          ["b/y", "a"],
        ] as const) {
          mkdirSync(join(chart, "templates", link.slice(0, 1)), { recursive: true });
          symlinkSync(`../${to}`, join(chart, "templates", link));
        }
        const outside = await readChart(chart);
        expect(outside.keysAt([])).not.toContain("secret");
        expect(outside.incomplete).toMatch(/link/);
        const wider = await readChart(chart, { within: folder });
        expect(wider.knows(["secret"])).toBe("known");
      },
    );
  });

  it("has a digest that changes with any file", async () => {
    const [one, two, three] = await Promise.all([
      chartOf({ "values.yaml": "a: 1\n" }),
      chartOf({ "values.yaml": "a: 1\n" }),
      chartOf({ "values.yaml": "a: 1\n", "files/x.txt": "x" }),
    ]);
    expect(one.digest).toBe(two.digest);
    expect(one.digest).not.toBe(three.digest);
  });

  it.each([
    ["broken values", { "values.yaml": "a: [\n" }, "invalid YAML"],
    ["values that are a list", { "values.yaml": "- a\n" }, "values.yaml is not a map"],
    ["a broken schema", { "values.schema.json": "{" }, "values.schema.json is not JSON"],
  ])("refuses %s", async (_, files, reason) => {
    expect(await problem(chartOf(files))).toContain(reason);
  });

  it("says when there is nothing, and when a file is too large", async () => {
    expect(await problem(readChart("/nowhere/at/all"))).toContain("does not exist");
    await inFolder({ "own/Chart.yaml": "name: own\n", "own/huge.bin": "" }, async (folder) => {
      truncateSync(join(folder, "own/huge.bin"), 6 * 1024 * 1024);
      expect(await problem(readChart(join(folder, "own")))).toContain("`huge.bin` is larger");
    });
  });
});
