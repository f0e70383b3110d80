/** One more tenant in an example repository, made of the files of `acme`. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Ports of its sessions: nobody else of the examples has them. */
const PORTS = { start: 30_200, end: 30_220 };

export function addTenant(repository: string, name: string): void {
  const folder = join(repository, "tenants");
  const company = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const text = readFileSync(join(folder, "acme.yaml"), "utf8");
  writeFileSync(join(folder, `${name}.yaml`), text.replaceAll("acme", name).replaceAll("Acme", company));
  cpSync(join(folder, "acme"), join(folder, name), { recursive: true });
  const gateway = join(folder, name, "gateway.yaml");
  const values = readFileSync(gateway, "utf8")
    .replace(/start: \d+/, `start: ${PORTS.start}`)
    .replace(/end: \d+/, `end: ${PORTS.end}`);
  writeFileSync(gateway, values);
}
