import { UserError } from "../../core/errors.ts";
import type { ComponentUse } from "../../environment/model.ts";
import {
  currentRevisions,
  type NewestRevision,
  newestRecords,
  type RecordRange,
  type ReleaseRecord,
  releaseKey,
} from "../../helm/record.ts";
import type { Scan, Unread } from "../model.ts";
import { type Failure, readEverywhere, unreadOf } from "../reading.ts";
import { unreadFor } from "../unread.ts";

/** A page of records is held in memory as a whole; most take some ten kilobytes. */
const PAGE = 100;

/** Helm's records of the components in scope. */
export interface Records {
  /** The newest revision of each chart component, whatever its status. */
  records: ReadonlyMap<ComponentUse, ReleaseRecord>;
  /** Whose record could not be read: nothing can be said about them, not even that they are not installed. */
  unknown: ReadonlySet<ComponentUse>;
  unread: readonly Unread[];
  /**
   * The components whose release has another newest revision by now, or another state of it. Reads metadata alone.
   * @throws RefusedError when that cannot be read
   */
  moved(): Promise<ReadonlySet<ComponentUse>>;
}

type RecordsScan = Pick<Scan, "kubernetes" | "uses">;

/** Reads the newest revision of every release in scope: one list of the cluster, or one of each namespace. */
export async function readRecords({ kubernetes, uses }: RecordsScan): Promise<Records> {
  const charts = uses.filter((use) => use.definition.kind === "chart");
  if (charts.length === 0)
    return { records: new Map(), unknown: new Set(), unread: [], moved: async () => new Set() };
  const rangeOf = recordRanges(charts);
  const namespaces = [...new Set(charts.map(({ namespace }) => namespace))];
  const { answers, failures } = await readEverywhere(namespaces, (namespace) =>
    newestRecords(kubernetes, rangeOf(namespace)),
  );
  const found = new Map(answers.flatMap(({ value }) => [...value]));
  const isForbidden = forbiddenIn(failures);
  const damaged = charts.flatMap((use) => {
    const record = found.get(releaseKey(use));
    return record instanceof UserError ? [{ use, error: record }] : [];
  });
  const records = new Map(
    charts.flatMap((use) => {
      const record = found.get(releaseKey(use));
      return record === undefined || record instanceof UserError ? [] : [[use, record] as const];
    }),
  );
  const unknown = new Set([
    ...charts.filter(({ namespace }) => isForbidden(namespace)),
    ...damaged.map(({ use }) => use),
  ]);
  return {
    records,
    unknown,
    unread: [
      ...unreadOf("Helm's records (Secrets)", failures),
      ...damaged.map(({ use, error }) => unreadFor(`release ${use.namespace}/${use.release}`, error)),
    ],
    async moved() {
      const ranges = answers.map(({ namespace }) => rangeOf(namespace));
      const lists = await Promise.all(ranges.map((range) => currentRevisions(kubernetes, range)));
      const now = new Map(lists.flatMap((list) => [...list]));
      const looked = charts.filter((use) => !unknown.has(use));
      return new Set(looked.filter((use) => hasMoved(records.get(use), now.get(releaseKey(use)))));
    },
  };
}

function recordRanges(charts: readonly ComponentUse[]): (namespace?: string) => RecordRange {
  return (namespace) => {
    const inside = charts.filter((use) => namespace === undefined || use.namespace === namespace);
    const wanted = new Set(inside.map(releaseKey));
    return { wanted, limit: PAGE, ...(namespace === undefined ? {} : { namespace }) };
  };
}

function forbiddenIn(failures: readonly Failure[]): (namespace: string) => boolean {
  const everywhere = failures.some(({ namespace }) => namespace === undefined);
  const namespaces = new Set(failures.map(({ namespace }) => namespace));
  return (namespace) => everywhere || namespaces.has(namespace);
}

function hasMoved(before: ReleaseRecord | undefined, now: NewestRevision | undefined): boolean {
  if (!before) return now !== undefined;
  // Superseded revisions are not among the current ones: that none is there is how it was.
  if (!now) return before.status !== "superseded";
  return now.revision !== before.revision || now.resourceVersion !== before.resourceVersion;
}
