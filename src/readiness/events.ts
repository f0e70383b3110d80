import type { KubernetesObject } from "../kubernetes/objects.ts";

/** What the cluster has said about an object. */
export interface ClusterEvent {
  type: "Normal" | "Warning";
  reason: string;
  message: string;
  about: { kind: string; name: string; uid: string };
  /** When it was last said; empty when nobody knows. */
  last: string;
  count: number;
}

/** Reasons that only say that all is well; left out of the answer, for they are most of a busy namespace's events. */
const ROUTINE = ["Pulling", "Pulled", "Created", "Started", "Scheduled", "Killing"];

/** Query of a list of events. */
export const EVENTS_QUERY = `fieldSelector=${encodeURIComponent(ROUTINE.map((each) => `reason!=${each}`).join(","))}`;

interface EventObject {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { count?: number; lastObservedTime?: string } | null;
  involvedObject?: { kind?: string; name?: string; uid?: string };
}

/** The events of a list, oldest first. */
export function eventsOf(objects: readonly KubernetesObject[]): ClusterEvent[] {
  return objects.map((object) => eventOf(object as EventObject)).sort((a, b) => a.last.localeCompare(b.last));
}

function eventOf(event: EventObject): ClusterEvent {
  const { kind = "", name = "", uid = "" } = event.involvedObject ?? {};
  return {
    type: event.type === "Warning" ? "Warning" : "Normal",
    reason: event.reason ?? "",
    message: (event.message ?? "").trim(),
    about: { kind, name, uid },
    // Events of the old and of the new API keep their time in different fields.
    last:
      event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? "",
    count: event.series?.count ?? event.count ?? 1,
  };
}

/** What was last said about an object under one of some reasons. */
export function newest(
  events: readonly ClusterEvent[],
  uid: string | undefined,
  reasons: readonly string[],
): ClusterEvent | undefined {
  return events.findLast((event) => event.about.uid === uid && reasons.includes(event.reason));
}
