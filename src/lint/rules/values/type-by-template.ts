import { isMap } from "../../../overrides/merge.ts";
import type { Entry, Rule } from "../../model.ts";

/** Keys of ClearML's charts whose default `{}` hides that the templates print them as a list. */
const LISTS = new Set(["additionalVolumes", "additionalVolumeMounts"]);

export const typeByTemplate: Rule = {
  id: "L147",
  slug: "type-by-template",
  severity: "error",
  about: "The default is an empty map, but the template prints the value into a list: a map breaks the pod.",
  why: "`additionalVolumes` and `additionalVolumeMounts` default to `{}`, and yet their templates print them below `volumes:` and `volumeMounts:`, which are lists. A map there makes manifests that are no YAML, or that the API server refuses. Begin each volume with a dash; Helm's warning that a table was replaced does no harm.",
  components: ["control-plane", "serving"],
  *check({ entries }) {
    for (const entry of entries) {
      if (!isWrong(entry)) continue;
      yield {
        message: `\`${entry.path.join(".")}\` becomes a list of the pod, found ${isMap(entry.value) ? "a map" : "a single value"}`,
        hint: "write a list: begin each item with `- name:`",
        at: entry.at(),
      };
    }
  },
};

function isWrong({ path, value, leftover }: Entry): boolean {
  if (!LISTS.has(String(path.at(-1))) || leftover || value === null || value === "") return false;
  return isMap(value) ? Object.keys(value).length > 0 : !Array.isArray(value);
}
