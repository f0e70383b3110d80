import pLimit from "p-limit";
import type { Kubernetes } from "../kubernetes/api.ts";
import { RefusedError } from "../kubernetes/refusals.ts";
import type { Finding } from "./model.ts";
import type { WantedObject } from "./objects/model.ts";
import { releaseKey } from "./refused.ts";

/** Requests at a time. */
const PARALLEL = 8;
const HELM = "helm";
/** What an upgrade of the release itself would bring back, what needs one most first. */
const BY_UPGRADE: readonly Finding["class"][] = ["missing", "modified", "pending", "release"];
/** Releases that are tried out: a commit that is not deployed yet may concern them all. */
const MOST = 20;

/**
 * Why upgrades would be refused that are to put something right, by `releaseKey`. Helm applies every object of a
 * release: one field that a controller holds with another value (the replicas of an autoscaler, the size of a grown
 * volume) stops all of it, although that is no drift. The server is asked, object by object, and writes nothing. Where
 * it may not be asked, nothing is said.
 */
export async function refusedUpgrades(
  kubernetes: Pick<Kubernetes, "pathOf" | "dryRunApply">,
  findings: readonly Finding[],
  wanted: readonly WantedObject[],
): Promise<ReadonlyMap<string, string>> {
  const toRepair = BY_UPGRADE.flatMap((of) =>
    findings.filter((each) => each.upgradeRepairs === true && each.class === of),
  );
  const tried = new Set([...new Set(toRepair.map(releaseKey))].slice(0, MOST));
  const slot = pLimit(PARALLEL);
  const reasons = await Promise.all(
    wanted
      .filter(({ use: { id, tenant } }) => tried.has(releaseKey({ component: id, tenant })))
      .map((each) => slot(async () => [keyOf(each), await refusalOf(kubernetes, each)] as const)),
  );
  return new Map(reasons.flatMap(([key, reason]) => (reason === undefined ? [] : [[key, reason] as const])));
}

function keyOf({ use: { id, tenant } }: WantedObject): string {
  return releaseKey({ component: id, tenant });
}

/** Why Helm would be refused an object; undefined when it would not, or nobody can tell. */
async function refusalOf(
  kubernetes: Pick<Kubernetes, "pathOf" | "dryRunApply">,
  { object, record }: WantedObject,
): Promise<string | undefined> {
  // On the client Helm asks nobody who holds a field. What the server does not take, it takes from nobody.
  const force = record.applyMethod === "client";
  try {
    const path = await kubernetes.pathOf(object, object.metadata.namespace ?? "");
    if (path !== undefined) await kubernetes.dryRunApply(path, object, HELM, { force });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof RefusedError)) throw thrown;
    return wordsOf(thrown, `${object.kind} ${object.metadata.name}`);
  }
}

/** The server's own words name managers and fields; those about values that are not allowed may quote one. */
function wordsOf({ status, message, problems }: RefusedError, what: string): string | undefined {
  const conflict = /conflicts? with [\s\S]+/.exec(message)?.[0].replaceAll(/\s+/g, " ");
  if (status === 409 && conflict) return `${conflict} (${what})`;
  const [, field = "the manifest"] = REFUSED_FIELD.exec(message) ?? [];
  if (status === 422) return `${what}, which does not take ${field} any more`;
  const advice = problems[0]?.hint ?? "";
  return advice.startsWith("a rule of this cluster") ? `${what}: ${advice}` : undefined;
}

const REFUSED_FIELD =
  /: ((?:spec|data|metadata|webhooks)[\w.[\]-]*): (?:Forbidden|Invalid value|Duplicate value)/;
