// How Azure/setup-helm works, for the benchmark: ask for the newest version unless one is named, look into the tool
// cache, else download, unpack, copy the folder into the tool cache, find helm in it. No sum is checked. It is a model
// written after its source, with the same toolkit, and not that action itself: its addresses cannot lead to a mirror
// for everything. Usage: node index.mjs <base URL> <version or latest>
import { chmodSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import * as core from "@actions/core";
import * as toolCache from "@actions/tool-cache";

const [base, wanted] = process.argv.slice(2);
const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;

async function newest() {
  const response = await fetch(`${base}/helm4-latest-version`);
  return (await response.text()).trim();
}

function findHelm(folder) {
  const name = readdirSync(folder, { recursive: true }).find((each) => /(^|[\\/])helm(\.exe)?$/.test(each));
  if (!name) throw new Error(`no helm in ${folder}`);
  return join(folder, name);
}

const version = wanted === "latest" ? await newest() : wanted;
let folder = toolCache.find("helm", version);
if (!folder) {
  const archive = await toolCache.downloadTool(`${base}/helm-${version}-${platform}.tar.gz`);
  folder = await toolCache.cacheDir(await toolCache.extractTar(archive), "helm", version);
}
const helm = findHelm(folder);
chmodSync(helm, "777");
core.addPath(dirname(helm));
core.setOutput("helm-path", helm);
