import type { RuleCase } from "./model.ts";
import { rendered } from "./model.ts";

const text = `apiVersion: example.com/v1
kind: Certificate
metadata:
  name: web
`;

export const cases: readonly RuleCase[] = [
  rendered(
    "schema-missing",
    "control-plane",
    "a kind that another chart defines",
    {},
    { text, unknownKinds: [{ apiVersion: "example.com/v1", kind: "Certificate", count: 3 }] },
    ["info clearml.yaml:7:3"],
    { text, unknownKinds: [] },
  ),
];
