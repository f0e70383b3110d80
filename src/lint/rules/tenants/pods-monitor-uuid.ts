import { entryAt } from "../../facts/entry-at.ts";
import type { Rule } from "../../model.ts";

const PATH = ["clearml-pods-monitor-exporter", "podsMonitorUUID"];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** All digits alike, or counting up: made up, and made up again for the next cluster. */
const MADE_UP = /^([0-9a-f])\1{7}-|^12345678-|^01234567-/i;

export const podsMonitorUuid: Rule = {
  id: "L134",
  slug: "pods-monitor-uuid",
  severity: "warning",
  about:
    "The id of a cluster's usage monitor is no random UUID: two clusters with one id are counted as one.",
  why: "Usage of every cluster arrives under its `podsMonitorUUID`. Two clusters with the same one overwrite each other's numbers, and what was used can no longer be told apart. Make a new one for each cluster with `uuidgen`, and never change it.",
  components: ["custom-events"],
  *check(release) {
    const entry = entryAt(release, PATH);
    const text = entry?.text?.trim();
    if (!entry || entry.leftover || !text || (UUID.test(text) && !MADE_UP.test(text))) return;
    yield {
      message: `\`${text}\` is no random UUID: another cluster may well have the same id`,
      hint: "write what `uuidgen` prints, another one for each cluster",
      at: entry.at(),
    };
  },
};
