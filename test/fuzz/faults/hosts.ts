import type { Operator } from "./model.ts";

/** Mistakes in hosts, URLs and cookies. */
export const HOSTS_OPERATORS: readonly Operator[] = [
  {
    family: "hosts",
    what: "a scheme in a host",
    rules: ["ingress-host-form"],
    most: 6,
    spoil: (line) => (/hostName: /.test(line) ? line.replace("hostName: ", "hostName: https://") : undefined),
  },
  {
    family: "hosts",
    what: "capitals in a host",
    rules: ["ingress-host-form"],
    most: 3,
    spoil: (line) =>
      /hostName: [a-z]/.test(line)
        ? line.replace(/hostName: (\w)/, (all) => all.replace(/.$/, (c) => c.toUpperCase()))
        : undefined,
  },
  {
    family: "hosts",
    what: "a host outside of the cookie domain",
    rules: ["host-outside-cookie-domain"],
    most: 5,
    spoil: (line) =>
      /hostName: /.test(line) ? line.replace(/hostName: .*$/, "hostName: app.example.org") : undefined,
  },
  {
    family: "hosts",
    what: "a URL with a path",
    rules: ["api-url-form"],
    most: 5,
    spoil: (line) => (/apiServerUrlReference: https/.test(line) ? `${line}/v2.31` : undefined),
  },
  {
    family: "hosts",
    what: "the singular file server",
    rules: ["file-vs-files", "agent-url-vs-server-host"],
    most: 2,
    spoil: (line) => (/fileServerUrlReference: /.test(line) ? line.replace("files.", "file.") : undefined),
  },
];
