import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Authority } from "./certificates.ts";

/** Makes a client certificate for `subject` and writes `<name>.kubeconfig`, mode 0600, with everything in it; its path. */
export async function writeKubeconfig(
  authority: Authority,
  server: string,
  user: { name: string; subject: string },
): Promise<string> {
  const client = await authority.issue(user.name, user.subject);
  const base64 = (file: string) => readFileSync(file).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: user.name } }],
    clusters: [
      { name: "test", cluster: { server, "certificate-authority-data": base64(authority.certificate) } },
    ],
    users: [
      {
        name: user.name,
        user: {
          "client-certificate-data": base64(client.certificate),
          "client-key-data": base64(client.key),
        },
      },
    ],
  };
  const path = join(authority.folder, `${user.name}.kubeconfig`);
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}
