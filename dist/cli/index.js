#!/usr/bin/env node
if (Number.parseInt(process.versions.node, 10) < 22) {
  process.stderr.write(`clearml-actions needs Node 22 or later; this is Node ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  import("../lib/index.js").then(({ cli }) => cli());
}
