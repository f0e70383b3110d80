import type { Operator } from "./model.ts";

/** Mistakes in settings of the API server, wherever they fit. */
export const SETTINGS_OPERATORS: readonly Operator[] = [
  {
    family: "settings",
    what: "an e-mail address without inner quotes",
    rules: ["env-email-unquoted"],
    most: 2,
    spoil: (line) =>
      /SUPERVISOR_EMAIL/.test(line) ? line.replace(/value: .*$/, "value: ops@ml.example.com") : undefined,
  },
  {
    family: "settings",
    what: "a list without brackets",
    rules: ["env-list-shape", "env-reserved-char"],
    most: 5,
    spoil: (line) =>
      /value: '\["/.test(line) ? line.replace(/value: .*$/, "value: users,admins") : undefined,
  },
  {
    family: "settings",
    what: "a character that HOCON reserves",
    rules: ["env-reserved-char"],
    most: 6,
    spoil: (line) =>
      /value: '"https:/.test(line) ? line.replace(/'"(https:[^"]*)"'/, '"$1?x=y"') : undefined,
  },
  {
    family: "settings",
    what: "a comment within a value",
    rules: ["env-hash-truncates"],
    most: 3,
    spoil: (line, { above }) =>
      /value: (user1|clearml-billing-redis-master\S*)$/.test(line) && /name: CLEARML/.test(above.at(-1) ?? "")
        ? line.replace(/value: (\S+)$/, 'value: "$1#tail"')
        : undefined,
  },
  {
    family: "settings",
    what: "a configuration file that is not read",
    rules: ["additional-config-name"],
    most: 1,
    spoil: (line) =>
      /services\.conf: /.test(line) ? line.replace("services.conf", "services.yaml") : undefined,
  },
];
