import type { ValueRule, ValueType } from "./model.ts";
import { API_URL, CONFIG_FILE, CRON, HOST, LABEL_VALUE, OBJECT_NAME } from "./patterns.ts";

/** Rows of the values tables, and the blocks of rows that several charts share. */

type Extra = Omit<ValueRule, "path" | "type">;

/** One row: a dotted path, the type of its value, and what else is known. */
export function key(path: string, type: ValueType, extra: Extra = {}): ValueRule {
  return { path, type, ...extra };
}

/** Several keys of one type below one path: `keys("a", ["b", "c"], "string")` is `a.b` and `a.c`. */
export function keys(
  prefix: string,
  names: readonly string[],
  type: ValueType,
  extra: Extra = {},
): ValueRule[] {
  return names.map((name) => key(prefix === "" ? name : `${prefix}.${name}`, type, extra));
}

/** Rows moved below a path. */
export function below(prefix: string, rows: readonly ValueRule[]): ValueRule[] {
  return rows.map((row) => ({ ...row, path: `${prefix}.${row.path}` }));
}

/** Rows that only some generations of the chart know. */
export function only(extra: Pick<ValueRule, "generations" | "versions">, rows: readonly ValueRule[]) {
  return rows.map((row): ValueRule => ({ ...row, ...extra }));
}

/** Registry credentials of ClearML's charts. The list of existing pull secrets is spelt differently by chart. */
export function imageCredentials(pullSecrets: "existingImagePullSecrets" | "extraImagePullSecrets") {
  const list = `imageCredentials.${pullSecrets}`;
  const other =
    pullSecrets === "extraImagePullSecrets" ? "existingImagePullSecrets" : "extraImagePullSecrets";
  return [
    key("imageCredentials.password", "string", { required: { unless: [list] }, secret: true }),
    ...keys("imageCredentials", ["username", "registry", "email"], "string"),
    key("imageCredentials.enabled", "boolean"),
    key("imageCredentials.existingSecret", "string", { pattern: OBJECT_NAME }),
    // The other spelling, known so that it is explained.
    key(`imageCredentials.${other}`, "list", { open: true }),
    key(list, "list"),
    key(`${list}[]`, "map", { closed: true }),
    key(`${list}[].name`, "string", { pattern: OBJECT_NAME }),
  ];
}

/** The same below `global`, where charts of several parts have them. */
export function globalImageCredentials(): ValueRule[] {
  const list = "imageCredentials.existingImagePullSecrets";
  return below("global", imageCredentials("existingImagePullSecrets")).map((row) =>
    // Conditions name whole paths.
    row.required ? { ...row, required: { unless: [`global.${list}`] } } : row,
  );
}

/** `image:` of a component. A tag written without quotes may be read as a number. */
export const IMAGE: readonly ValueRule[] = [
  ...keys("image", ["registry", "repository", "tag"], "string"),
  key("image.pullPolicy", "string", { words: ["Always", "IfNotPresent", "Never"] }),
];

/** An Ingress; the host is needed when it is on. */
export function ingress(prefix: string): ValueRule[] {
  return below(prefix === "" ? "ingress" : `${prefix}.ingress`, [
    key("enabled", "boolean"),
    key("hostName", "string", {
      pattern: HOST,
      required: { when: { path: prefix === "" ? "ingress.enabled" : `${prefix}.ingress.enabled`, is: true } },
    }),
    ...keys("", ["ingressClassName", "tlsSecretName"], "string"),
    key("annotations", "map", { open: true }),
    key("path", "string", { pattern: { expression: /^\//, expected: "a path that starts with /" } }),
  ]);
}

/** A list of environment variables of a container. */
export function environmentList(path: string): ValueRule[] {
  return [
    key(path, "list"),
    key(`${path}[]`, "map", { closed: true }),
    key(`${path}[].name`, "string"),
    key(`${path}[].value`, "any"),
    key(`${path}[].valueFrom`, "map", { open: true }),
  ];
}

/** Where and how a pod runs: the user's own words for Kubernetes. */
export const SCHEDULING: readonly ValueRule[] = [
  ...keys("", ["nodeSelector", "affinity", "podAnnotations", "deploymentAnnotations"], "map", { open: true }),
  key("tolerations", "list", { open: true }),
  ...keys("", ["podSecurityContext", "containerSecurityContext"], "map", { open: true }),
];

/** Requests and limits. */
export const RESOURCES: readonly ValueRule[] = [
  key("resources", "map", { closed: true }),
  ...["requests", "limits"].flatMap((part) => [
    key(`resources.${part}`, "map", { open: true }),
    key(`resources.${part}.*`, "quantity"),
  ]),
  key("resources.claims", "list", { open: true }),
];

/** Certificates of a private authority. */
export function customCertificates(prefix = "customCertificates"): ValueRule[] {
  return below(prefix, [
    key("overrideCaCertificatesCrt", "string"),
    key("extraCerts", "list"),
    key("extraCerts[]", "map", { closed: true }),
    key("extraCerts[].alias", "string", { pattern: OBJECT_NAME }),
    key("extraCerts[].pem", "string"),
  ]);
}

/** Files of configuration text; only those that end in `.conf` are read. */
export function additionalConfigs(path: string): ValueRule[] {
  return [key(path, "map"), key(`${path}.*`, "string", { keyPattern: CONFIG_FILE })];
}

export function cronSchedule(path: string): ValueRule {
  return key(path, "string", { pattern: CRON });
}

/** Address of the ClearML API as a tenant's component calls it. */
export function apiServerUrl(path: string): ValueRule {
  return key(path, "string", { required: true, pattern: API_URL, filled: "api-url" });
}

export const LABELS: readonly ValueRule[] = [
  key("labels", "map", { open: true }),
  key("labels.*", "string", { pattern: LABEL_VALUE }),
  key("annotations", "map", { open: true }),
  key("annotations.*", "string"),
];
