import type { Files } from "../environment/support.ts";

/** A tenant beside that of `environmentOf`, with an agent whose values the test brings. */
export const SECOND_TENANT: Files = {
  "tenants/globex.yaml": `name: globex
admin: { name: B, email: b@globex.example }
components:
  agent: { version: 6.14.6, overrides: [globex/agent.yaml], values: { imageCredentials: { password: '\${TOKEN}' } } }
`,
};
