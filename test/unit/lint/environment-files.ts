import type { Files } from "../environment/support.ts";

/** What a `clearml.yaml` has beside what every one needs. */
export interface Parts {
  /** Components of the cluster beside the control plane, each a line `redis: {}`. */
  components?: readonly string[];
  /** Release of the control plane. */
  release?: string;
  /** Components of each tenant, by its name. */
  tenants?: Readonly<Record<string, readonly string[]>>;
  /** More files. */
  files?: Files;
}

/** A sound environment whose components are given line by line; tenants are in files of their own. */
export function filesOf({ components = [], release, tenants = {}, files = {} }: Parts): Files {
  const lines = [
    `control-plane: { version: 10.12.7, ${release ? `release: ${release}, ` : ""}values: { imageCredentials: { password: "\${TOKEN}" }, clearml: { cookieDomain: "\${BASE_DOMAIN}" } } }`,
    ...components,
  ];
  return {
    "clearml.yaml": `version: 1\nname: test\nbaseDomain: ml.example.com\nsecrets: [TOKEN]\ntenants: tenants/*.yaml\ncomponents:\n${indented(lines)}`,
    "tenants/none.txt": "",
    ...Object.fromEntries(
      Object.entries(tenants).map(([name, uses]) => [
        `tenants/${name}.yaml`,
        `name: ${name}\nadmin: { name: A, email: a@${name}.example }\ncomponents:\n${indented(uses)}`,
      ]),
    ),
    ...files,
  };
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join("") || "  {}\n";
}
