import { matchesGlob } from "node:path";
import { describe, expect, it } from "vitest";
import { matchesPath, parseGlob } from "../../../src/yaml/glob.ts";

const matches = (pattern: string, path: string) => {
  const glob = parseGlob(pattern);
  return glob && matchesPath(glob, path);
};

const PATHS = [
  ...["a.yaml", "b.yml", "tenants/a.yaml", "tenants/eu/a.yaml", "tenants/eu/de/b.yaml", "tenants", ".a.yaml"],
  ...[
    "tenants/.hidden/a.yaml",
    "tenants/ab.yaml",
    "tenants/a-b_c.yaml",
    "tenants/[x].yaml",
    "x/tenants/a.yaml",
  ],
];

describe.each([
  ...[
    "*.yaml",
    "tenants/*.yaml",
    "tenants/**/*.yaml",
    "**/a.yaml",
    "**",
    "tenants/**",
    "tenants/*/*",
    "**/*",
  ],
  ...["tenants/?.yaml", "tenants/[ab].yaml", "tenants/[!a].yaml", "tenants/[a-c]*.yaml", "*.{yaml,yml}"],
  ...[
    "tenants/{a,ab,eu/a}.yaml",
    "{tenants,x/tenants}/*.yaml",
    "tenants/a*b*.yaml",
    "*",
    "tenants/eu/**/b.yaml",
  ],
])("%s", (pattern) => {
  it.each(PATHS)("means %s, or not, as Node says", (path) => {
    expect(matches(pattern, path)).toBe(matchesGlob(path, pattern));
  });
});

it.each([
  ["{a,b}".repeat(40), "a"],
  [`{${"a,".repeat(2000)}}`, "a"],
  ["{".repeat(2000), "a"],
])("%j stands for more than anybody writes", (pattern, path) => {
  expect(matches(pattern, path)).toBeUndefined();
});

it.each([
  [`${"*a".repeat(200)}b`, "a".repeat(5000)],
  [`${"**/".repeat(200)}b`, `${"a/".repeat(200)}c`],
  [`${"**/*/".repeat(100)}b`, `${"a/".repeat(100)}c`],
  [`${"[a-z]*".repeat(150)}0`, "a".repeat(5000)],
])("%j is answered at once", (pattern, path) => {
  const started = performance.now();
  expect(matches(pattern, path)).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
});
