import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { NVIDIA_SMI_FOLDER, NVIDIA_SMI_STATE } from "../../support/nvidia-smi/state.ts";
import { IMAGE } from "./layout.ts";

/** The program whose shell and tools the image has. */
export function findBusybox(path: string): string | undefined {
  return path
    .split(delimiter)
    .map((each) => join(each, "busybox"))
    .find((file) => existsSync(file));
}

/** Makes an archive with one image out of this machine's static busybox, without any download; its path. */
export function makeImage(folder: string, path: string): string {
  const root = join(folder, "root");
  const bin = join(root, "bin");
  for (const name of ["bin", "etc", "tmp", "root", "www"]) mkdirSync(join(root, name), { recursive: true });
  const busybox = findBusybox(path);
  if (!busybox) throw new Error("busybox is missing; install the package busybox-static");
  copyFileSync(busybox, join(bin, "busybox"));
  const applets = execFileSync(busybox, ["--list"], { encoding: "utf8" }).trim().split("\n");
  for (const applet of applets.filter((name) => name !== "busybox"))
    symlinkSync("busybox", join(bin, applet));
  // Its GPUs: a folder of the node, mounted there.
  copyFileSync(join(NVIDIA_SMI_FOLDER, "nvidia-smi"), join(bin, "nvidia-smi"));
  mkdirSync(join(root, NVIDIA_SMI_STATE), { recursive: true });
  writeFileSync(join(root, "etc", "passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  writeFileSync(join(root, "etc", "group"), "root:x:0:\n");
  execFileSync("tar", ["-cf", join(folder, "layer.tar"), "-C", root, "."]);
  const layer = createHash("sha256")
    .update(readFileSync(join(folder, "layer.tar")))
    .digest("hex");
  const config = {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    // As the sandbox of a pod it has to sleep.
    config: { Env: ["PATH=/bin"], Cmd: ["/bin/sleep", "2147483647"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${layer}`] },
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const manifest = [{ Config: "config.json", RepoTags: [IMAGE], Layers: ["layer.tar"] }];
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  const archive = join(folder, "image.tar");
  execFileSync("tar", ["-cf", archive, "-C", folder, "manifest.json", "config.json", "layer.tar"]);
  return archive;
}
