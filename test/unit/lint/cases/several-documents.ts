import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "several-documents",
    "redis",
    "two documents",
    "auth: {}\n---\nauth: {}\n",
    ["error 2:1"],
    "---\nauth: {}\n",
  ),
];
