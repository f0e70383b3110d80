import pLimit from "p-limit";
import { UserError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import type { ComponentUse } from "../../environment/model.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import { recordOf } from "../../helm/stored-release.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { type Finding, type Found, NOTHING, ownerOf, type Scan, together } from "../model.ts";
import { unreadFor } from "../unread.ts";
import { nameOf } from "./names.ts";

/** Revisions are large: few at a time. */
const PAGE = 4;
const AT_ONCE = 4;
/** Where everything was made by hand, looking through all histories would take longer than the scan. */
const MOST = 30;
/** Helm's own description of a rollback; those of our runs have no other. */
const ROLLBACK = /^Rollback to \d+/;

type Release = readonly [ComponentUse, ReleaseRecord];

/** What the description of the newest revision is shown as. */
type Redact = (use: ComponentUse, text: string) => string;

/**
 * Releases whose newest revision somebody has made with Helm by hand although an earlier one was made by a deployment.
 * What no deployment has ever made is no finding.
 */
export async function byHandFindings(
  { kubernetes }: Pick<Scan, "kubernetes">,
  releases: readonly Release[],
  redact: Redact,
): Promise<Found> {
  const suspicious = releases.filter(([, record]) => isSuspicious(record));
  const slot = pLimit(AT_ONCE);
  const parts = await Promise.all(
    suspicious.slice(0, MOST).map(([use, record]) =>
      slot(async (): Promise<Found> => {
        try {
          const isByHand = await wasOurs(kubernetes, record);
          return { ...NOTHING, findings: isByHand ? [finding(use, record, redact)] : [] };
        } catch (thrown) {
          const scope = `earlier revisions of release ${record.namespace}/${record.release}`;
          return { ...NOTHING, unread: [unreadFor(scope, thrown)] };
        }
      }),
    ),
  );
  const rest = suspicious.length - MOST;
  const notes =
    rest > 0
      ? [`whether ${plural(rest, "more release was", "more releases were")} made by hand was not looked at`]
      : [];
  return together([...parts, { ...NOTHING, notes }]);
}

function isSuspicious({ status, revision, chartDigest, description }: ReleaseRecord): boolean {
  return status === "deployed" && revision > 1 && chartDigest === undefined && !ROLLBACK.test(description);
}

/** Whether any earlier revision of a release was made by a deployment. */
async function wasOurs(kubernetes: Kubernetes, record: ReleaseRecord): Promise<boolean> {
  const query = `labelSelector=${encodeURIComponent(`owner=helm,name=${record.release}`)}`;
  const path = resourcePath("v1", "Secret", record.namespace);
  for await (const page of kubernetes.pages(path, query, { limit: PAGE })) if (page.some(isOurs)) return true;
  return false;
}

function isOurs(secret: KubernetesObject): boolean {
  try {
    return recordOf(secret).chartDigest !== undefined;
  } catch (thrown) {
    if (thrown instanceof UserError) return false;
    throw thrown;
  }
}

function finding(use: ComponentUse, record: ReleaseRecord, redact: Redact): Finding {
  const { revision, description, updated } = record;
  return {
    class: "release",
    ...ownerOf(use),
    path: "revision",
    expected: "made by a deployment",
    actual: `revision ${revision}: ${redact(use, description)}`,
    since: updated.toISOString(),
    upgradeRepairs: true,
    message: `${nameOf(use)}: revision ${revision} was made with Helm by hand; a deployment had made one before`,
    hint: "bring what was changed into the files, or let a deployment undo it",
  };
}
