import { expect, it } from "vitest";
import { storageClass } from "../../../src/preflight/checks/storage-class.ts";
import type { Look } from "../../../src/preflight/model.ts";
import { lookAt, told, use } from "./cluster.ts";

const CLASSES = "/apis/storage.k8s.io/v1/storageclasses";
const VOLUMES = "/api/v1/persistentvolumes";
const plain = (name: string) => ({ metadata: { name } });
const marked = (name: string) => ({
  metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
});
const volume = (name?: string) => ({
  metadata: { name: "pv" },
  spec: name ? { storageClassName: name } : {},
});
const redis = use("redis");
const named = (name: string) => use("redis", { values: { master: { persistence: { storageClass: name } } } });
const community = use("control-plane", { values: { fileserver: { storage: { data: { class: "nfs" } } } } });
const inMemory = use("redis", { values: { master: { persistence: { enabled: false } } } });

const off = use("redis", { values: { replica: { persistence: { enabled: false, storageClass: "x" } } } });

const NONE = "no StorageClass is marked as default: claims of redis that name none stay Pending";

it.each<[string, Look["uses"], Record<string, object[]>, string[]]>([
  ["a default", [redis], { [CLASSES]: [marked("a"), plain("b")] }, []],
  ["nobody keeps data", [use("agent")], {}, []],
  ["no class at all", [redis], { [CLASSES]: [], [VOLUMES]: [] }, [`error: ${NONE}`]],
  ["no default", [redis], { [CLASSES]: [plain("a")], [VOLUMES]: [volume("a")] }, [`error: ${NONE}`]],
  [
    "no default, a volume without class",
    [redis],
    { [CLASSES]: [], [VOLUMES]: [volume()] },
    [`warning: ${NONE}`],
  ],
  ["no default, volumes not to be seen", [redis], { [CLASSES]: [] }, [`warning: ${NONE}`]],
  [
    "no default, some claims named",
    [named("a")],
    { [CLASSES]: [plain("a")], [VOLUMES]: [] },
    [`warning: ${NONE}`],
  ],
  ["no default, persistence off", [inMemory], { [CLASSES]: [], [VOLUMES]: [] }, [`warning: ${NONE}`]],
  [
    "two defaults",
    [redis],
    { [CLASSES]: [marked("a"), marked("b")] },
    ["warning: 2 StorageClasses are marked as default (a, b): the newest is taken"],
  ],
  ["a name that is there", [named("a")], { [CLASSES]: [marked("b"), plain("a")] }, []],
  [
    "a name that is missing",
    [named("x")],
    { [CLASSES]: [marked("a")], [VOLUMES]: [] },
    [
      "error: redis: `master.persistence.storageClass` names the StorageClass `x`, which is not there: its claims stay Pending",
    ],
  ],
  [
    "a name of volumes made by hand",
    [named("x")],
    { [CLASSES]: [marked("a")], [VOLUMES]: [volume("x")] },
    [],
  ],
  ["a volume made by hand", [named("-")], { [CLASSES]: [marked("a")] }, []],
  ["a name in a part that is off", [off], { [CLASSES]: [marked("a")], [VOLUMES]: [] }, []],
  ["a placeholder", [named("${CLASS}")], { [CLASSES]: [marked("a")] }, []],
  [
    "the public chart's key",
    [community],
    { [CLASSES]: [marked("a")], [VOLUMES]: [] },
    [
      "error: control-plane: `fileserver.storage.data.class` names the StorageClass `nfs`, which is not there: its claims stay Pending",
    ],
  ],
])("%s", async (_, uses, lists, expected) => {
  expect(told(await storageClass.find(lookAt({ lists }, { uses })))).toEqual(expected);
});

it("leaves releases alone whose claims are there", async () => {
  const records = new Map([[redis, { status: "deployed" }]]) as unknown as Look["records"];
  expect(await storageClass.find(lookAt({}, { uses: [redis], records }))).toEqual([]);
});
