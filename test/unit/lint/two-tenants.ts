import type { Files } from "../environment/support.ts";

/** Override files of a tenant's components, by the id of the component. */
type Overrides = Readonly<Record<string, string>>;

interface Parts {
  /** Override file of the control plane. */
  server?: string;
  /** Lines of more components of the cluster, as they stand below `components:`. */
  cluster?: string;
  edition?: "enterprise" | "community";
  agentVersion?: string;
  acme?: Overrides;
  globex?: Overrides;
}

const PASSWORD = "imageCredentials: { password: '${TOKEN}' }";

/** An environment with a control plane and the tenants acme and globex; what they need to be complete is in place. */
export function twoTenants(parts: Parts): Files {
  const { edition = "enterprise", cluster = "", agentVersion = "6.14.6" } = parts;
  const domain = edition === "enterprise" ? ', clearml: { cookieDomain: "${BASE_DOMAIN}" }' : "";
  const version = edition === "enterprise" ? "10.12.7" : "7.14.4";
  return {
    "clearml.yaml": `version: 1
name: test
edition: ${edition}
baseDomain: ml.example.com
secrets: [TOKEN, KEY, SECRET]
components:
  control-plane: { version: ${version}, overrides: [server.yaml], values: { ${PASSWORD}${domain} } }
${cluster}
tenants: tenants/*.yaml
`,
    "server.yaml": parts.server ?? "",
    ...tenant("acme", parts.acme ?? {}, agentVersion),
    ...tenant("globex", parts.globex ?? {}, agentVersion),
  };
}

function tenant(name: string, overrides: Overrides, agentVersion: string): Files {
  const versions: Record<string, string> = { agent: agentVersion, "app-gateway": "3.2.0" };
  const components = Object.keys(overrides).map(
    (id) =>
      `  ${id}: { version: ${versions[id] ?? "1.4.0"}, overrides: [${name}/${id}.yaml], values: { ${PASSWORD} } }\n`,
  );
  return {
    [`tenants/${name}.yaml`]: `name: ${name}
admin: { name: A, email: a@${name}.example }
components:${components.length > 0 ? `\n${components.join("")}` : " {}\n"}`,
    ...Object.fromEntries(
      Object.entries(overrides).map(([id, text]) => [`tenants/${name}/${id}.yaml`, text]),
    ),
  };
}
