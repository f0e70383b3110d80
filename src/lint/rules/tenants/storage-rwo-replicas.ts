import { valueAt } from "../../../overrides/values.ts";
import type { ClusterFacts } from "../../evidence/cluster-facts.ts";
import { isInert } from "../../facts/inert.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const REPLICAS = ["fileserver", "replicaCount"];
const STORAGE = ["fileserver", "storage", "data"];
const CLASS = [...STORAGE, "class"];

export const storageRwoReplicas: Rule = {
  id: "L131",
  slug: "storage-rwo-replicas",
  severity: "warning",
  about:
    "The file server's volume cannot be had: several replicas of a ReadWriteOnce volume, or no storage class.",
  why: "A ReadWriteOnce volume is mounted on one node. Replicas that land on another node wait for it for ever. Use ReadWriteMany with a storage class that can do it, or one replica. Without a class, and without a default class in the cluster, no volume is made at all.",
  components: ["control-plane"],
  *check(release) {
    const replicas = valueAt(release.values, REPLICAS);
    const mode = valueAt(release.values, [...STORAGE, "accessMode"]) ?? "ReadWriteOnce";
    if (typeof replicas !== "number" || replicas < 2 || !makesVolume(release)) return;
    if (typeof mode !== "string" || !/^ReadWriteOnce/.test(mode)) return;
    yield {
      message: `${replicas} replicas of the file server share a ${mode} volume, which one node can mount`,
      hint: "set `fileserver.storage.data.accessMode: ReadWriteMany`, or one replica",
      at: release.locate(REPLICAS),
    };
  },
  *checkCluster(releases, { storageClasses }) {
    if (!storageClasses) return;
    for (const release of releases.filter(({ id }) => id === "control-plane")) {
      if (makesVolume(release)) yield* missingClass(release, storageClasses);
    }
  },
};

function* missingClass(
  release: LintRelease,
  classes: NonNullable<ClusterFacts["storageClasses"]>,
): Generator<Hit> {
  const wanted = valueAt(release.values, CLASS);
  const names = classes.map(({ name }) => name);
  if (typeof wanted === "string" && wanted !== "") {
    if (/[$<]/.test(wanted) || names.includes(wanted)) return;
    yield {
      message: `the cluster has no storage class \`${wanted}\``,
      hint: `write one of ${names.join(", ") || "those you add"}`,
      at: release.locate(CLASS),
    };
  } else if (!classes.some(({ isDefault }) => isDefault)) {
    yield {
      message: "no storage class is named, and the cluster has no default one: volumes stay pending",
      hint: `name one under \`${CLASS.join(".")}\`${names.length > 0 ? `: ${names.join(", ")}` : ""}`,
      at: release.locate(CLASS),
    };
  }
}

/** Whether the chart asks for a volume. */
function makesVolume(release: LintRelease): boolean {
  const existing = valueAt(release.values, [...STORAGE, "existingPVC"]);
  const isOff = isInert(release, CLASS);
  return !isOff && (existing === undefined || existing === null || existing === "");
}
