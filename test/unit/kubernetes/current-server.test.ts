import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Exec } from "../../../src/core/exec.ts";
import { currentServer } from "../../../src/kubernetes/current-server.ts";

const folder = mkdtempSync(join(tmpdir(), "current-server-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PLAIN = `apiVersion: v1
kind: Config
current-context: prod
contexts:
  - { name: dev, context: { cluster: b, user: u } }
  - { name: prod, context: { cluster: a, user: u } }
clusters:
  - { name: b, cluster: { server: "https://b.example" } }
  - { name: a, cluster: { server: "https://a.example:6443" } }
`;

/** What is said about a kubeconfig, when kubectl would say `https://kubectl.example`. */
function serverOf(text: string, variable: (file: string) => string = (file) => file): Promise<string> {
  const file = join(folder, "config");
  writeFileSync(file, text);
  const stdout = JSON.stringify({ clusters: [{ cluster: { server: "https://kubectl.example" } }] });
  const exec = { run: async () => ({ stdout, stderr: "", code: 0 }) } as unknown as Exec;
  return currentServer({ exec, env: { KUBECONFIG: variable(file) } });
}

describe("currentServer", () => {
  it("reads a plain kubeconfig itself", async () =>
    expect(await serverOf(PLAIN)).toBe("https://a.example:6443"));

  it.each([
    ["without a current context", PLAIN.replace("current-context: prod\n", "")],
    ["whose current context is not in it", PLAIN.replace("current-context: prod", "current-context: stage")],
    ["whose cluster is not in it", PLAIN.replace("{ name: a, cluster:", "{ name: z, cluster:")],
    ["that is no YAML", "a: [\n"],
    ["that is empty", ""],
  ])("asks kubectl about one %s", async (_, text) =>
    expect(await serverOf(text)).toBe("https://kubectl.example"),
  );

  it("asks kubectl about several files", async () =>
    expect(await serverOf(PLAIN, (file) => `${file}:${file}`)).toBe("https://kubectl.example"));
});
