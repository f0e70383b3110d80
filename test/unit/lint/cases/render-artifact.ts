import type { RuleCase } from "./model.ts";
import { rendered } from "./model.ts";

const settings = (value: string, kind = "ConfigMap") => `apiVersion: v1
kind: ${kind}
metadata:
  name: settings
data:
  address: ${value}
`;

export const cases: readonly RuleCase[] = [
  rendered(
    "render-artifact",
    "control-plane",
    "a number in a text format, at the number",
    { controlPlane: "fileserver:\n  service:\n    port: 8081\n" },
    settings("http://files:%!s(float64=8081)"),
    ["error control-plane.yaml:3:11"],
    settings("http://files:8081/100%25"),
  ),
  rendered(
    "render-artifact",
    "control-plane",
    "a value that is not set",
    {},
    settings("http://<no value>/"),
    ["error clearml.yaml:7:3"],
    settings("http://no-value/"),
  ),
  rendered(
    "render-artifact",
    "control-plane",
    "a map in a text; a definition may speak of one",
    {},
    settings("map[host:a port:80]"),
    ["error clearml.yaml:7:3"],
    settings("a map[host:a] of hosts", "CustomResourceDefinition"),
  ),
];
