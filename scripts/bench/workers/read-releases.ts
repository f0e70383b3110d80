/** Reads the releases of the namespaces given, or of the whole cluster. Started by scripts/bench/deploy.ts. */
import pLimit from "p-limit";
import { UserError } from "../../../src/core/errors.ts";
import { readAllReleases, readReleases } from "../../../src/helm/record.ts";
import { connectKubernetes } from "../../../src/kubernetes/api.ts";
import { report } from "./parts.ts";

/** Lists that are read at a time. */
const AT_A_TIME = 3;

await report(async (context) => {
  const kubernetes = await connectKubernetes(context);
  const namespaces = process.argv.slice(2);
  if (namespaces.length > 0) {
    const slot = pLimit(AT_A_TIME);
    const read = await Promise.all(
      namespaces.map((namespace) => slot(() => readReleases(kubernetes, namespace))),
    );
    return read.reduce((sum, { size }) => sum + size, 0);
  }
  let releases = 0;
  for await (const each of readAllReleases(kubernetes)) if (!(each instanceof UserError)) releases++;
  return releases;
});
