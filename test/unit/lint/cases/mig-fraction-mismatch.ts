import { limits } from "../queues.ts";
import { file, type RuleCase } from "./model.ts";

const SLUG = "mig-fraction-mismatch";
const label = (part: string) => `{ required-resources: "${part}" }`;

export const cases: readonly RuleCase[] = [
  file(
    SLUG,
    "agent",
    "a label of another size",
    limits("{ nvidia.com/mig-3g.20gb: 1 }", label("0.25")),
    ["warning 5:39"],
    limits("{ nvidia.com/mig-2g.10gb: 1 }", label("0.25")),
  ),
  file(
    SLUG,
    "agent",
    "a label and a fraction that differ",
    limits('{ nvidia.com/mig-3g.20gb: 1, clear.ml/fraction-1: "0.5" }', label("0.25")),
    ["warning 7:69"],
    limits('{ nvidia.com/mig-3g.20gb: 1, clear.ml/fraction-1: "0.5" }', label("0.5")),
  ),
  file(
    SLUG,
    "agent",
    "a fraction alone",
    limits('{ nvidia.com/mig-1g.10gb: 1, clear.ml/fraction-1: "0.5" }'),
    ["warning 7:69"],
    // Two slices of a card with four.
    limits('{ nvidia.com/mig-2g.12gb: 1, clear.ml/fraction-1: "0.5" }'),
  ),
  file(
    SLUG,
    "agent",
    "several slices",
    limits("{ nvidia.com/mig-1g.5gb: 4 }", label("0.25")),
    ["warning 5:39"],
    limits("{ nvidia.com/mig-1g.5gb: 2 }", label("0.25")),
  ),
];
