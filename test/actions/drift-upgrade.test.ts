import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import pLimit from "p-limit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foreignAdditions } from "../../src/drift/foreign/additions.ts";
import type { Difference, LiveObject, WantedObject } from "../../src/drift/objects/model.ts";
import { pointerOf, valueAtPlace } from "../../src/drift/objects/place.ts";
import { type Owners, ownersOf } from "../../src/drift/owners/owners.ts";
import { prove } from "../../src/drift/proof/prove.ts";
import { isCustom, upgradeRepairs } from "../../src/drift/upgrade-repairs.ts";
import { type ReleaseRecord, readReleases } from "../../src/helm/record.ts";
import { documentsIn, objectsIn } from "../../src/plan/manifest.ts";
import { componentUse, type Major, type RealHelm, realHelm } from "../support/real-helm.ts";
import { sharedCluster } from "../support/shared-cluster.ts";
import { writeChart } from "../support/small-charts.ts";
import { DEFINITION, EDITS, type Edit, type Outcome, TEMPLATE } from "./drift-upgrade-edits.ts";

let real: RealHelm;
let chart: string;
beforeAll(async () => {
  const cluster = await sharedCluster();
  real = await realHelm(cluster.kubeconfig);
  chart = writeChart(real.folder, "edits", { "templates/objects.yaml": TEMPLATE });
  // The editor of somebody who has chosen none.
  writeFileSync(join(real.folder, "helm", "vi"), '#!/bin/sh\nsed -i "s/color: red/color: blue/" "$1"\n', {
    mode: 0o755,
  });
  await real.run("kubectl", ["apply", "--filename", "-"], DEFINITION);
  await real.run("kubectl", ["wait", "--for=condition=Established", "crd/driftgadgets.test.example"]);
});
afterAll(async () => {
  await real?.run("kubectl", ["delete", "crd", "driftgadgets.test.example", "--wait=false"]);
  await real?.stop();
});

/** An upgrade that fails stops at the first object: each of these needs a release of its own. */
const FAILING = new Set<string>(["conflict", "refused"]);

/** What is said about an edit before the upgrade, and what comes of it. */
interface Row {
  said: Outcome;
  came: Outcome;
  /** Who is named. */
  manager: string | undefined;
  /** Places that somebody has added. */
  added: string[];
  /** Whether the API server confirms that a place of the manifest has changed. */
  proved: boolean;
}

describe.each([
  { how: "by the server, with Helm 4", made: "helm", upgraded: "helm", method: "server" },
  { how: "by the client, with Helm 4", made: "helm3", upgraded: "helm", method: "client" },
  { how: "by the client, with Helm 3", made: "helm3", upgraded: "helm3", method: "client" },
] as const)("a release that is applied $how", ({ made, upgraded, method }) => {
  it("is put right by an upgrade where that is said, and nowhere else", async () => {
    const namespace = `edits-${made}-${upgraded}`;
    await real.run("kubectl", ["create", "namespace", namespace]);
    const names = Object.keys(EDITS);
    const alone = names.filter((name) => FAILING.has(EDITS[name]?.[method] ?? ""));
    const together = names.filter((name) => !alone.includes(name));
    const rows = await Promise.all(
      [together, ...alone.map((name) => [name])].map((objects, index) =>
        upgrading(() => round({ namespace, release: `r${index}`, made, upgraded, objects })),
      ),
    );
    expect(Object.assign({}, ...rows)).toEqual(
      Object.fromEntries(
        Object.entries(EDITS).map(([name, edit]): [string, Row] => [
          name,
          {
            said: edit[method],
            came: edit[method],
            manager: edit.manager,
            added: addedBy(edit),
            proved: edit.kind === "modified",
          },
        ]),
      ),
    );
  });
});

/** Processes at a time. */
const upgrading = pLimit(3);
const editing = pLimit(3);

function addedBy({ kind, place, adds }: Edit): string[] {
  const all = [...(kind === "foreign-added" ? [place] : []), ...(adds ? [adds] : [])];
  return all.map(pointerOf);
}

interface Round {
  namespace: string;
  release: string;
  made: Major;
  upgraded: Major;
  objects: readonly string[];
}

/** Deploys a release, edits its objects, looks at them, and deploys it again. */
async function round({ namespace, release, made, upgraded, objects }: Round): Promise<Record<string, Row>> {
  const record = await deploy(made, namespace, release, objects);
  const looked = new Map<string, Omit<Row, "came">>();
  const editAndLook = async (name: string) => {
    const edit = EDITS[name] as Edit;
    const wanted = wantedObject(record, `${release}-${name}`);
    const path = (await real.kubernetes.pathOf(wanted.object, namespace)) as string;
    const read = async () => (await real.kubernetes.get(path)) as LiveObject | undefined;
    await doEdit(edit, wanted, await read());
    looked.set(name, await look(edit, wanted, await read()));
  };
  await Promise.all(objects.map((name) => editing(() => editAndLook(name))));
  const conflicts = await deploy(upgraded, namespace, release, objects).then(
    () => "",
    (thrown: unknown) => String(thrown),
  );
  const rows = [...looked].map(async ([name, row]): Promise<[string, Row]> => {
    const wanted = wantedObject(record, `${release}-${name}`);
    const path = (await real.kubernetes.pathOf(wanted.object, namespace)) as string;
    const live = (await real.kubernetes.get(path)) as LiveObject | undefined;
    return [name, { ...row, came: outcomeOf(EDITS[name] as Edit, wanted, live, conflicts) }];
  });
  return Object.fromEntries(await Promise.all(rows));
}

async function deploy(
  major: Major,
  namespace: string,
  release: string,
  objects: readonly string[],
): Promise<ReleaseRecord> {
  const read = async () => (await readReleases(real.kubernetes, namespace, new Set([release]))).get(release);
  const current = await read();
  const request = { release, namespace, reference: { chart }, description: "a test" };
  await real.helm[major].upgrade(
    componentUse(namespace, release),
    { ...request, ...(current ? { current } : {}) },
    { objects },
  );
  return (await read()) as ReleaseRecord;
}

/** The object as Helm writes it. */
function wantedObject(record: ReleaseRecord, name: string): WantedObject {
  const { release, namespace, manifest } = record;
  const found = documentsIn(manifest)
    .flatMap((document) => objectsIn(document, namespace, () => false))
    .find((each) => each.name === name);
  const object = found?.object as unknown as WantedObject["object"];
  const { labels, annotations, ...metadata } = object.metadata;
  return {
    use: componentUse(namespace, release),
    record,
    identity: found?.identity ?? "",
    object: {
      ...object,
      metadata: {
        ...{ ...metadata, namespace, labels: { ...labels, "app.kubernetes.io/managed-by": "Helm" } },
        annotations: {
          ...annotations,
          "meta.helm.sh/release-name": release,
          "meta.helm.sh/release-namespace": namespace,
        },
      },
    },
  };
}

async function doEdit(edit: Edit, { object }: WantedObject, live: LiveObject | undefined): Promise<void> {
  const { name, namespace } = object.metadata;
  const filled = (text: string) =>
    text.replace("OBJECT", `${object.kind.toLowerCase()}/${name}`).replace("NAME", name);
  const kubectl = (args: readonly string[], stdin?: string) =>
    real.run("kubectl", [...args.map(filled), "--namespace", namespace ?? ""], stdin);
  if (edit.before) await kubectl(edit.before);
  await kubectl(edit.does, edit.stdin && filled(JSON.stringify(edit.stdin(live as LiveObject))));
}

/** What a scan makes of it. */
async function look(
  { kind, place }: Edit,
  wanted: WantedObject,
  live: LiveObject | undefined,
): Promise<Omit<Row, "came">> {
  const { applyMethod } = wanted.record;
  const owners: Owners | undefined = live && ownersOf(live);
  const owner = owners?.at(place);
  const said = upgradeRepairs({
    ...{ kind, applyMethod, place, owner },
    isCustom: isCustom(wanted.object.apiVersion),
  });
  const added = live && owners ? foreignAdditions(wanted, live, owners) : [];
  const difference: Difference = {
    place,
    expected: valueAtPlace(wanted.object, place),
    actual: valueAtPlace(live, place),
  };
  const proof =
    live && kind === "modified" ? await prove(real.kubernetes, wanted, live, [difference]) : undefined;
  return {
    said: proof?.refused ? "refused" : said === "conflict" ? said : said ? "repaired" : "left",
    manager: owner?.manager,
    added: added.map(({ place: each }) => pointerOf(each)),
    proved: proof?.proved.length === 1 && (proof.unproved === undefined || proof.refused === true),
  };
}

function outcomeOf(
  { place }: Edit,
  wanted: WantedObject,
  live: LiveObject | undefined,
  refusal: string,
): Outcome {
  if (/conflict with "/.test(refusal)) return "conflict";
  if (/Duplicate value/.test(refusal)) return "refused";
  if (refusal) throw new Error(refusal);
  if (place.length === 0) return live ? "repaired" : "left";
  return isDeepStrictEqual(valueAtPlace(live, place), valueAtPlace(wanted.object, place))
    ? "repaired"
    : "left";
}
