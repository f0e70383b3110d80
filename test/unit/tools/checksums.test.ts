import { describe, expect, it } from "vitest";
import { checksumFor, parseChecksums } from "../../../src/tools/checksums.ts";

const A = "a".repeat(64);
const B = "b".repeat(64);

describe("checksumFor", () => {
  it.each([
    ["the sum alone", `${A}`, "release/v1/bin/linux/amd64/kubectl", A],
    ["the sum alone with a line end", `${A}\n`, "x/kubectl", A],
    ["sha256sum", `${A}  helm-v4.2.3-linux-amd64.tar.gz\n`, "helm-v4.2.3-linux-amd64.tar.gz", A],
    ["sha256sum in binary mode", `${A} *helm.zip\r\n`, "helm.zip", A],
    ["upper case", `${A.toUpperCase()}  helm.zip`, "helm.zip", A],
    ["a leading ./", `${A}  ./k.tar.gz\n`, "v1/k.tar.gz", A],
    ["BSD", `SHA256 (k.tar.gz) = ${A}`, "v1/k.tar.gz", A],
    ["many files", `${B}  j.tar.gz\n${A}  k.tar.gz\n`, "v1/k.tar.gz", A],
    ["a whole path before an end of it", `${B}  kubectl\n${A}  v1/kubectl\n`, "release/v1/kubectl", A],
    ["comments between", `# sums\n\n${A}  k.tar.gz`, "k.tar.gz", A],
  ])("reads %s", (_, text, path, sum) => {
    expect(checksumFor(parseChecksums(text), path)).toBe(sum);
  });

  it.each([
    ["another name", `${A}  other.tar.gz`, "k.tar.gz"],
    ["a name that only ends alike", `${A}  form.tar.gz`, "kubeconform.tar.gz"],
    ["two sums without a name", `${A}\n${B}`, "k.tar.gz"],
    ["a SHA-1 sum", `${"a".repeat(40)}  k.tar.gz`, "k.tar.gz"],
    ["a page of HTML", "<html><body>404</body></html>", "k.tar.gz"],
    ["nothing", "", "k.tar.gz"],
  ])("finds none in %s", (_, text, path) => {
    expect(checksumFor(parseChecksums(text), path)).toBeUndefined();
  });
});
