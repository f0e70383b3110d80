import type { Operator } from "./model.ts";

/** Keys the catalogue knows and that stand in the good environment. */
const KNOWN_KEYS =
  /^(\s*)(imageCredentials|cookieDomain|cookieName|ingress|hostName|ingressClassName|tlsSecretName|extraEnvs|replicaCount|additionalConfigs|agentk8sglue|defaultContainerImage|createQueues|queueSettings|templateOverrides|maxPods|sessions|portModeEnabled|startingPort|maxServices|externalIP|authCookieName|streamSession|routerAddress|portRange|migManager|clearmlApplications|monitoredResources|maxResources):/;

/** Mistakes in keys, types and names, wherever they fit. */
export const VALUES_OPERATORS: readonly Operator[] = [
  {
    family: "values",
    what: "a misspelt key",
    rules: ["unknown-key", "required-empty"],
    most: 25,
    spoil: (line, { random }) => {
      const key = KNOWN_KEYS.exec(line)?.[2];
      if (key === undefined || key.length < 6) return undefined;
      const at = 1 + random.integer(key.length - 2);
      return line.replace(key, key.slice(0, at) + key.slice(at + 1));
    },
  },
  {
    family: "values",
    what: "an unknown name",
    rules: ["unknown-name"],
    most: 20,
    spoil: (line) => (/\$\{[A-Z_]+\}/.test(line) ? line.replace(/\$\{([A-Z_]+)\}/, "${$1X}") : undefined),
  },
  {
    family: "values",
    what: "an expression of GitHub",
    rules: ["github-expression"],
    most: 8,
    spoil: (line) =>
      /: \$\{[A-Z_]+\}$/.test(line) ? line.replace(/\$\{([A-Z_]+)\}/, "$${{ secrets.$1 }}") : undefined,
  },
  {
    family: "values",
    what: "a text where a switch belongs",
    rules: ["value-type"],
    most: 12,
    spoil: (line) =>
      /^\s+(enabled|createQueues|portModeEnabled): (true|false)$/.test(line)
        ? line.replace(/: .*$/, ': "yes please"')
        : undefined,
  },
  {
    family: "values",
    what: "a text where a number belongs",
    rules: ["value-type"],
    most: 12,
    spoil: (line) =>
      /^\s+(start|end|startingPort|maxServices|maxPods|replicaCount|maxResources): \d+$/.test(line)
        ? line.replace(/: .*$/, ": many")
        : undefined,
  },
  {
    family: "values",
    what: "a quantity with a comma",
    rules: ["quantity-form", "value-form", "value-type"],
    most: 6,
    spoil: (line) => (/^\s+(cpu|memory): /.test(line) ? line.replace(/: .*$/, ': "1,5"') : undefined),
  },
];
