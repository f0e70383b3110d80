import { cluster, file, type RuleCase } from "./model.ts";

const FACTS = { kubernetesVersion: "v1.34.2" };

export const cases: readonly RuleCase[] = [
  file(
    "storage-rwo-replicas",
    "control-plane",
    "replicas that share the default volume",
    "fileserver: { replicaCount: 2 }\n",
    ["warning 1:29"],
    "fileserver: { replicaCount: 2, storage: { data: { accessMode: ReadWriteMany } } }\n",
  ),
  file(
    "storage-rwo-replicas",
    "control-plane",
    "written out",
    "fileserver: { replicaCount: 3, storage: { data: { accessMode: ReadWriteOncePod } } }\n",
    ["warning 1:29"],
    "fileserver: { replicaCount: 3, storage: { data: { existingPVC: shared } } }\napiserver: { replicaCount: 2 }\n",
  ),
  cluster(
    "storage-rwo-replicas",
    "no default class",
    { controlPlane: "fileserver: { storage: { data: { size: 50Gi } } }\n" },
    { ...FACTS, storageClasses: [{ name: "fast", isDefault: false }] },
    ["warning clearml.yaml:7:3"],
    { ...FACTS, storageClasses: [{ name: "fast", isDefault: true }] },
  ),
  cluster(
    "storage-rwo-replicas",
    "a class that is not there",
    { controlPlane: "fileserver: { storage: { data: { class: fast } } }\n" },
    { ...FACTS, storageClasses: [{ name: "slow", isDefault: true }] },
    ["warning control-plane.yaml:1:41"],
    FACTS,
  ),
];
