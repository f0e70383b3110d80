import type { Operator } from "./model.ts";

/** Secrets written where they do not belong. */
export const SECRETS_OPERATORS: readonly Operator[] = [
  {
    family: "secrets",
    what: "a literal secret",
    rules: ["literal-secret-in-git"],
    most: 14,
    spoil: (line) =>
      /(password|Key|Secret): \$\{/.test(line)
        ? line.replace(/\$\{\w+\}/, "f3Kq9ZtV2xLw8RbN4mYc")
        : undefined,
  },
];
