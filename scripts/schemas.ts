/**
 * Makes the Kubernetes schemas that `lint-overrides` hands to kubeconform, for every supported minor version, out of
 * the OpenAPI descriptions in the Go module k8s.io/kubernetes (checked by Go's checksum database).
 * Usage: node scripts/schemas.ts
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { openApiSchemas } from "../src/schemas/open-api.ts";
import { type MinorVersion, packSchemas } from "../src/schemas/pack.ts";

const OUT = resolve(import.meta.dirname, "../src/schemas/kubernetes.ts");
/** One patch version for each minor; schemas do not change between patches. */
const VERSIONS = ["1.31.14", "1.32.10", "1.33.6", "1.34.2", "1.35.4", "1.36.3"];

const minors = VERSIONS.map((version): [MinorVersion, ReturnType<typeof openApiSchemas>] => {
  console.log(`k8s.io/kubernetes v${version}`);
  const module = execFileSync("go", ["mod", "download", "-json", `k8s.io/kubernetes@v${version}`], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  }).toString();
  const { Dir: folder } = JSON.parse(module) as { Dir: string };
  const text = readFileSync(join(folder, "api", "openapi-spec", "swagger.json"), "utf8");
  return [minorOf(version), openApiSchemas(JSON.parse(text))];
});
const json = JSON.stringify(packSchemas(new Map(minors)));
const packed = brotliCompressSync(json, {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
});
writeFileSync(
  OUT,
  `/** Made by \`npm run schemas\`: schemas of Kubernetes ${VERSIONS.join(", ")}; JSON, brotli, base64. */
export const KUBERNETES_SCHEMAS =
  "${packed.toString("base64")}";
`,
);
console.log(`${OUT}: ${(packed.length / 1e3).toFixed(0)} kB, ${(json.length / 1e6).toFixed(2)} MB unpacked`);

function minorOf(version: string): MinorVersion {
  return version.replace(/\.\d+$/, "") as MinorVersion;
}
