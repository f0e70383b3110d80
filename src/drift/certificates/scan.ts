import pLimit from "p-limit";
import type { ComponentUse } from "../../environment/model.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import { judgeTlsSecret, TLS_TYPE } from "../../kubernetes/tls-secret.ts";
import { type Finding, type Found, NOTHING, ownerOf, type Scan, type Unread } from "../model.ts";
import { readEverywhere, unreadOf } from "../reading.ts";
import { placeOf } from "../report/words.ts";
import { unreadFor } from "../unread.ts";
import { type WantedCertificate, wantedCertificates } from "./wanted.ts";

const OF_TLS = `fieldSelector=${encodeURIComponent(`type=${TLS_TYPE}`)}`;
const PARALLEL = 8;

/** What of a scan this needs. */
export interface CertificateScan {
  kubernetes: Pick<Kubernetes, "get" | "pages">;
  now: Date;
  options: Pick<Scan["options"], "tlsDays">;
}

/** The TLS secrets that Ingresses name: missing, broken, for other hosts, or with too few days left. */
export async function scanCertificates(
  scan: CertificateScan,
  records: ReadonlyMap<ComponentUse, ReleaseRecord>,
): Promise<Found> {
  const { wanted, damaged } = allWanted(records);
  if (wanted.length === 0) return { ...NOTHING, unread: damaged };
  const { secrets, isRead, unread } = await readSecrets(scan, wanted);
  const slot = pLimit(PARALLEL);
  const judged = await Promise.all(
    wanted
      .filter(({ namespace }) => isRead(namespace))
      .map((each) => slot(() => judge(scan, each, secrets.get(keyOf(each))))),
  );
  return {
    findings: judged.flatMap(({ finding }) => finding ?? []),
    unread: [...damaged, ...unread, ...judged.flatMap((each) => each.unread ?? [])],
    notes: [],
  };
}

function allWanted(records: ReadonlyMap<ComponentUse, ReleaseRecord>) {
  const wanted: WantedCertificate[] = [];
  const damaged: Unread[] = [];
  for (const [use, record] of records) {
    try {
      wanted.push(...wantedCertificates(use, record));
    } catch (thrown) {
      damaged.push(unreadFor(`Ingresses of release ${use.namespace}/${use.release}`, thrown));
    }
  }
  return { wanted, damaged };
}

/** One list for the whole cluster; memory holds those that are named. */
async function readSecrets({ kubernetes }: CertificateScan, wanted: readonly WantedCertificate[]) {
  const keys = new Set(wanted.map(keyOf));
  const secrets = new Map<string, KubernetesObject>();
  const namespaces = [...new Set(wanted.map(({ namespace }) => namespace))];
  const { answers, failures } = await readEverywhere(namespaces, async (namespace) => {
    for await (const page of kubernetes.pages(resourcePath("v1", "Secret", namespace), OF_TLS)) {
      for (const secret of page) {
        const { name, namespace: own = "" } = secret.metadata;
        if (keys.has(keyOf({ namespace: own, name }))) secrets.set(keyOf({ namespace: own, name }), secret);
      }
    }
    return true;
  });
  const isRead = (name: string) =>
    answers.some(({ namespace }) => namespace === undefined || namespace === name);
  return { secrets, isRead, unread: unreadOf("TLS Secrets", failures) };
}

async function judge(
  scan: CertificateScan,
  wanted: WantedCertificate,
  listed: KubernetesObject | undefined,
): Promise<{ finding?: Finding; unread?: Unread }> {
  try {
    const secret = listed ?? (await lookedFor(scan, wanted));
    if (secret === "none of its namespace") return {};
    const finding = findingOf(scan, wanted, secret);
    return finding === undefined ? {} : { finding };
  } catch (thrown) {
    return { unread: unreadFor(`TLS Secret ${keyOf(wanted)}`, thrown) };
  }
}

/** A Secret that is not in the list: of another type, or not there. Where its namespace is gone, that says it all. */
async function lookedFor(
  { kubernetes }: CertificateScan,
  { namespace, name }: WantedCertificate,
): Promise<KubernetesObject | undefined | "none of its namespace"> {
  const secret = await kubernetes.get(resourcePath("v1", "Secret", namespace, name));
  if (secret) return secret;
  return (await isThere(kubernetes, namespace)) ? undefined : "none of its namespace";
}

async function isThere(kubernetes: CertificateScan["kubernetes"], namespace: string): Promise<boolean> {
  try {
    const found = await kubernetes.get(resourcePath("v1", "Namespace", undefined, namespace));
    return found !== undefined && !found.metadata.deletionTimestamp;
  } catch (thrown) {
    // Who may see no namespaces, and sees what is in this one.
    if (thrown instanceof RefusedError && thrown.status === 403) return true;
    throw thrown;
  }
}

function findingOf(
  { now, options }: CertificateScan,
  wanted: WantedCertificate,
  secret: KubernetesObject | undefined,
): Finding | undefined {
  const { use, namespace, name, hosts } = wanted;
  // Most controllers take any type, as long as certificate and key are there.
  const asTls = secret && { ...secret, type: TLS_TYPE };
  const judgement = judgeTlsSecret({
    ...{ name: keyOf(wanted), secret: asTls, hosts },
    ...{ days: options.tlsDays, now: now.getTime() },
  });
  if (judgement.status === "pass") return undefined;
  const place = ownerOf(use);
  return {
    class: "credential",
    ...place,
    object: { apiVersion: "v1", kind: "Secret", namespace, name },
    upgradeRepairs: false,
    message: `${placeOf(place)}: ${judgement.detail}`,
    ...(judgement.hint === undefined ? {} : { hint: judgement.hint }),
  };
}

function keyOf({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}
