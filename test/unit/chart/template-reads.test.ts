import { describe, expect, it } from "vitest";
import { chartOf } from "./support.ts";

/** What a template makes known: `a.b` each with `known`, `open` or `unknown`. */
const CASES: [what: string, template: string, known: Record<string, string>][] = [
  ["a field", "x: {{ .Values.a.b }}", { "a.b": "known", "a.c": "unknown", b: "unknown" }],
  ["trim marks and pipes", "{{- .Values.a.b|quote -}}", { "a.b": "known", "a.c": "unknown" }],
  [
    "brackets",
    "{{ (.Values.a).b }}{{ (default .Values.c .Values.d).e }}",
    { "a.b": "known", "c.e": "known", "d.e": "known" },
  ],
  ["index", '{{ index .Values "a-b" "c" }}', { "a-b.c": "known", "a-b.d": "unknown" }],
  [
    "index by any key",
    "{{ range $k := .Values.names }}{{ index $.Values.a $k }}{{ end }}",
    { "a.x": "known", "b.x": "unknown" },
  ],
  [
    "get, hasKey, dig",
    '{{ get .Values.a "b" }}{{ hasKey .Values.a "c" }}{{ dig "d" "e" "" .Values.a }}',
    { "a.b": "known", "a.c": "known", "a.d.e": "known", "a.d.f": "unknown" },
  ],
  ["a map printed", "{{ toYaml .Values.a | nindent 2 }}", { "a.any": "open", b: "unknown" }],
  [
    "with and $",
    "{{ with .Values.a }}{{ .b }}{{ $.Values.c }}{{ end }}",
    { "a.b": "known", c: "known", b: "unknown" },
  ],
  [
    "else of with",
    "{{ with .Values.a }}{{ else }}{{ .Values.b }}{{ end }}",
    { b: "known", "a.Values": "open" },
  ],
  [
    "else if, else with",
    "{{ if .Values.a }}{{ else if .Values.b }}{{ else with .Values.c }}{{ .d }}{{ else }}{{ .Values.e }}{{ end }}",
    { a: "known", b: "known", "c.d": "known", e: "known", f: "unknown" },
  ],
  [
    "range over a list",
    "{{ range .Values.hosts }}{{ .name }}{{ end }}",
    { "hosts.0.name": "known", "hosts.0.nme": "unknown" },
  ],
  [
    "range over a map",
    "{{ range $k, $v := .Values.queues }}{{ $v.size }}{{ end }}",
    { "queues.mine.size": "known", "queues.mine.sise": "unknown" },
  ],
  [
    "range over names",
    '{{ range list "a" "b" }}{{ (index $.Values .).on }}{{ end }}',
    { "a.on": "known", "a.off": "unknown", c: "unknown" },
  ],
  [
    "range over a dict",
    '{{ range $name, $port := dict "a" 80 }}{{ (get $.Values $name).on }}{{ end }}',
    { "a.on": "known", c: "unknown" },
  ],
  [
    "a variable",
    "{{ $x := .Values.a }}{{ $x.b }}{{ $x = .Values.c }}{{ $x.d }}",
    { "a.b": "known", "c.d": "known" },
  ],
  [
    "include with the context",
    '{{ define "x" }}{{ .Values.a.b }}{{ end }}{{ include "x" . }}',
    { "a.b": "known", "a.c": "unknown" },
  ],
  [
    "include with values",
    '{{ define "x" }}{{ .b }}{{ end }}{{ include "x" .Values.a }}',
    { "a.b": "known", "a.c": "unknown", b: "unknown" },
  ],
  [
    "include with a dict",
    '{{ define "x" }}{{ .it.b }}{{ .root.Values.c }}{{ end }}{{ include "x" (dict "it" .Values.a "root" $) }}',
    { "a.b": "known", "a.c": "unknown", c: "known" },
  ],
  [
    "include by a name made up",
    '{{ define "x.y" }}{{ .Values.a }}{{ end }}{{ include (printf "x.%s" .Values.b) . }}',
    { a: "known", b: "known" },
  ],
  ["include of something not there", '{{ include "gone" (dict "v" .Values.a) }}', { "a.any": "open" }],
  [
    "a recursive template",
    '{{ define "x" }}{{ range .sub }}{{ include "x" . }}{{ end }}{{ .name }}{{ end }}{{ include "x" .Values.a }}',
    { "a.sub.k.sub.k.name": "known", "a.nme": "unknown" },
  ],
  [
    "a dict of the context and an item",
    `{{ define "pod" }}{{ .value.overrides.volumes | default .main.Values.base.volumes | toYaml }}{{ end }}
{{- range $key, $value := $.Values.queues }}{{ $data := dict "main" $ "key" $key "value" $value }}
{{- include "pod" $data | nindent 4 }}{{ end }}`,
    {
      "queues.gpu.overrides.volumes": "known",
      "queues.gpu.overides": "unknown",
      "base.volumes": "known",
      "base.volume": "unknown",
    },
  ],
  ["a block", '{{ block "x" .Values.a }}{{ .b }}{{ end }}', { "a.b": "known", "a.c": "unknown" }],
  [
    "merge and copies",
    "{{ $m := merge (deepCopy .Values.a) .Values.b }}{{ $m.c }}",
    { "a.c": "known", "b.c": "known", "a.d": "unknown" },
  ],
  [
    "set",
    '{{ $_ := set .Values "a" .Values.b }}{{ .Values.a.c }}',
    { "a.c": "known", b: "known", c: "unknown" },
  ],
  ["tpl", "{{ tpl .Values.a . }}", { a: "known", b: "unknown" }],
  [
    "a checksum of all values",
    '{{ toYaml .Values | sha256sum }}{{ printf "%s" .Values | sha256sum }}',
    { a: "unknown" },
  ],
  ["all values printed", "{{ toYaml .Values }}", { a: "open" }],
  [
    "comments and texts",
    '{{/* .Values.a */}}{{ "{{ .Values.b }}" }}{{ `.Values.c` }}{{- /* {{ .Values.d */ -}}{{ .Values.e }}',
    { a: "unknown", b: "unknown", c: "unknown", d: "unknown", e: "known" },
  ],
  [
    "a dict with a key made up",
    "{{ $d := dict (lower .Values.k) .Values.a }}{{ $d.x.b }}",
    { "a.b": "known", "a.c": "unknown" },
  ],
  ["what is cut off", "{{ .Values.a }}{{ if .Values.b", { a: "known", c: "unknown" }],
  ["an end too many", "{{ end }}{{ .Values.a }}", { a: "known", c: "unknown" }],
];

describe("the keys that a template reads", () => {
  it.each(CASES)("%s", async (_, template, known) => {
    const chart = await chartOf({ "templates/all.yaml": template, "values.yaml": "z: 1" });
    const found = Object.keys(known).map((path) => [path, chart.knows(path.split("."))]);
    expect(Object.fromEntries(found)).toEqual(known);
  });

  it("tells what is printed with its type from what is read", async () => {
    const chart = await chartOf({
      "values.yaml": "a: { b: 1 }\nc: { d: 1 }\ne: { f: 1, g: 1 }\nh: 1\n",
      "templates/all.yaml": "{{ toYaml .Values.a }}{{ .Values.c.d }}{{ if .Values.e.f }}{{ end }}",
    });
    expect(chart.usedAt(["a", "b"])).toBe("yaml");
    expect(chart.usedAt(["c", "d"])).toBe("read");
    expect(chart.usedAt(["e", "f"])).toBe("read");
    expect(chart.usedAt(["e", "g"])).toBe("never");
    expect(chart.usedAt(["e"])).toBe("read");
    expect(chart.usedAt(["h"])).toBe("never");
  });

  it("reads templates within default values", async () => {
    const chart = await chartOf({ "values.yaml": 'a: "{{ .Values.b.c }}"\n' });
    expect(chart.knows(["b", "c"])).toBe("known");
    expect(chart.knows(["b", "d"])).toBe("unknown");
  });

  it("ends on templates that call each other many times over", async () => {
    const call = (at: number) => `{{ include "t${at}" (dict "a" . "b" (list . .Values.x)) }}`;
    const levels = Array.from(
      { length: 22 },
      (_, at) => `{{ define "t${at}" }}${call(at + 1).repeat(3)}{{ end }}`,
    );
    const last = '{{ define "t22" }}{{ .b.Values.y }}{{ .z }}{{ end }}';
    const chart = await chartOf({
      "values.yaml": "a: 1\n",
      "templates/_all.tpl": [...levels, last].join(""),
      "templates/a.yaml": '{{ include "t0" . }}{{ .Values.c }}',
    });
    expect([chart.knows(["c"]), chart.knows(["whatever"])]).toEqual(["known", "unknown"]);
  });
});
