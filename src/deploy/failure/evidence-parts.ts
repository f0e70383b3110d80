import { type ReleaseRecord, readReleases } from "../../helm/record.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import { manifestObjects } from "../../kubernetes/manifest.ts";
import { resourcePath } from "../../kubernetes/objects.ts";
import { describeEvents, describeObject } from "../../readiness/describe.ts";
import { diagnosisOf, podsOf } from "../../readiness/diagnose.ts";
import { createLastLines, readLog } from "../../readiness/last-lines.ts";
import { type Diagnosis, type LiveObject, nameOf } from "../../readiness/model.ts";
import { podFindings } from "../../readiness/pods.ts";
import { type Missing, poll } from "../../readiness/poll.ts";
import { readable, readSurroundings, type Surroundings } from "../../readiness/surroundings.ts";
import type { Collected, Suspect } from "./evidence.ts";

/** Containers whose logs are read. */
const LOGS = 6;
const LOG_LINES = 200;

/** Puts everything there is about a failed release into `into`, the most telling first. */
export async function gather(kubernetes: Kubernetes, of: Suspect, into: Collected): Promise<void> {
  const { namespace, release } = of;
  const record = (await readable(readReleases(kubernetes, namespace, new Set([release]))))?.get(release);
  if (record) into.objects = manifestObjects(record.manifest);
  const missing = await unready(kubernetes, of, into, record);
  const namespaces = [...new Set([namespace, ...missing.map((each) => each.namespace)])].filter(Boolean);
  for (const place of namespaces) {
    const around = await readSurroundings(kubernetes, place);
    const here = missing.filter((each) => each.namespace === place);
    const pods = here.flatMap(({ live }) => (live ? podsOf(live, around) : []));
    const failing = pods.filter((pod) => podFindings(pod, around).length > 0);
    into.headline.push(...(await headlines(kubernetes, here, around)));
    addDescriptions(into, place, { missing: here, pods: failing, around });
    await addLogs(kubernetes, into, failing);
  }
  await addHistory(kubernetes, of, into, record);
}

/** What is not ready of the release and of its hooks. Hooks are removed once they succeed: absent ones are no fault. */
async function unready(
  kubernetes: Kubernetes,
  { namespace, release }: Suspect,
  { objects }: Collected,
  record: ReleaseRecord | undefined,
): Promise<Missing[]> {
  const hooks = manifestObjects(record?.hooks ?? "").filter(({ metadata }) => {
    const events = metadata.annotations?.["helm.sh/hook"] ?? "";
    return !events.includes("delete") && !events.includes("test");
  });
  const [ofHooks, ofManifest] = await Promise.all([
    poll(kubernetes, { release, namespace, objects: hooks }),
    poll(kubernetes, { release, namespace, objects }),
  ]);
  return [...ofHooks.missing.filter(({ live }) => live), ...ofManifest.missing];
}

async function headlines(
  kubernetes: Kubernetes,
  missing: readonly Missing[],
  around: Surroundings,
): Promise<string[]> {
  const lastLines = createLastLines(kubernetes);
  const diagnoses = missing.map((each) => diagnosisOf(each, around)).sort((a, b) => weight(b) - weight(a));
  return Promise.all(
    diagnoses.slice(0, 3).map(async ({ object, findings: [first] }) => {
      const last = first?.crashed ? (await lastLines(first.crashed)).at(-1) : undefined;
      return `${object}: ${first?.reason ?? "not ready"}${last ? `: ${last}` : ""}`;
    }),
  );
}

/** What fails tells more than what Helm has not come to. */
function weight({ findings: [first] }: Diagnosis): number {
  if (first?.crashed) return 3;
  return first?.lasting ? (first.reason === "is not there" ? 0 : 2) : 1;
}

function addDescriptions(
  { files }: Collected,
  namespace: string,
  {
    missing,
    pods,
    around,
  }: { missing: readonly Missing[]; pods: readonly LiveObject[]; around: Surroundings },
): void {
  const live = missing.flatMap((each) => each.live ?? []);
  const absent = missing.filter((each) => !each.live);
  const objects = [
    ...live.map(describeObject),
    ...absent.map(({ kind, name }) => `${nameOf({ kind, metadata: { name } })}\nis not there\n`),
  ];
  if (objects.length > 0) files.push({ name: `${namespace}/objects.txt`, text: objects.join("\n") });
  if (pods.length > 0) {
    const text = pods.map((pod) => describeObject({ ...pod, kind: "Pod" })).join("\n");
    files.push({ name: `${namespace}/pods.txt`, text });
  }
  const names = new Set([...missing.map((each) => each.name), ...pods.map(({ metadata }) => metadata.name)]);
  const concerned = around.events.filter(
    ({ about, type }) => names.has(about.name) || (type === "Warning" && startsWithAny(about.name, names)),
  );
  if (concerned.length > 0) files.push({ name: `${namespace}/events.txt`, text: describeEvents(concerned) });
}

/** ReplicaSets, claims and pods of a workload begin with its name. */
function startsWithAny(name: string, names: ReadonlySet<string>): boolean {
  return [...names].some((each) => name.startsWith(`${each}-`));
}

async function addLogs(
  kubernetes: Kubernetes,
  { files }: Collected,
  pods: readonly LiveObject[],
): Promise<void> {
  const containers = pods.flatMap((pod) => failingContainers(pod).map((container) => ({ pod, container })));
  await Promise.all(
    containers.slice(0, LOGS).flatMap(({ pod, container }) =>
      [false, true].map(async (previous) => {
        const { name, namespace = "default" } = pod.metadata;
        const text = await readLog(
          kubernetes,
          { namespace, pod: name, container },
          { previous, lines: LOG_LINES },
        );
        const file = `${namespace}/logs/${name}.${container}${previous ? ".previous" : ""}.log`;
        if (text) files.push({ name: file, text });
      }),
    ),
  );
}

function failingContainers({ status }: LiveObject): string[] {
  const { initContainerStatuses = [], containerStatuses = [] } = (status ?? {}) as Record<
    string,
    { name: string; ready: boolean; restartCount: number; state?: { terminated?: { exitCode: number } } }[]
  >;
  return [...initContainerStatuses, ...containerStatuses]
    .filter(({ ready, state }) => !ready && state?.terminated?.exitCode !== 0)
    .map(({ name }) => name);
}

async function addHistory(
  kubernetes: Kubernetes,
  { namespace, release }: Suspect,
  { files, headline }: Collected,
  record: ReleaseRecord | undefined,
): Promise<void> {
  const selector = encodeURIComponent(`owner=helm,name=${release}`);
  const path = resourcePath("v1", "Secret", namespace);
  const secrets = (await readable(kubernetes.listMetadata(path, `labelSelector=${selector}`))) ?? [];
  const lines = secrets
    .map(({ metadata: { labels = {} } }) => {
      const isNewest = Number(labels.version) === record?.revision;
      const chart = isNewest ? `  ${record.chart} ${record.chartVersion}  ${record.description}` : "";
      return { revision: Number(labels.version), line: `${labels.version}  ${labels.status}${chart}\n` };
    })
    .sort((a, b) => a.revision - b.revision)
    .map(({ line }) => line);
  if (lines.length > 0) files.push({ name: "history.txt", text: lines.join("") });
  if (record?.status === "failed") headline.push(`revision ${record.revision} failed: ${record.description}`);
}
