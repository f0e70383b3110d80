import { isMap } from "../../../overrides/merge.ts";
import { valueAt } from "../../../overrides/values.ts";
import { isInert } from "../../facts/inert.ts";
import type { Rule } from "../../model.ts";

const SWITCH = ["elasticsearch", "sysctlInitContainer", "enabled"];

export const esHostSetting: Rule = {
  id: "L132",
  slug: "es-host-setting",
  severity: "info",
  about: "Nothing raises `vm.max_map_count` for Elasticsearch, which ends on nodes with the usual 65530.",
  why: "Elasticsearch maps its files into memory and refuses to start when the node's `vm.max_map_count` is below 262144. Its chart raises it with a privileged init container. Where that is switched off, set it on the nodes, or give `node.store.allow_mmap: false` in `elasticsearch.esConfig`.",
  components: ["control-plane"],
  *check(release) {
    if (valueAt(release.values, SWITCH) !== false || isInert(release, SWITCH.slice(0, 2))) return;
    const config = valueAt(release.values, ["elasticsearch", "esConfig"]);
    const texts = isMap(config) ? Object.values(config) : [];
    if (texts.some((text) => /allow_mmap\s*:\s*false/.test(String(text)))) return;
    yield {
      message: "nothing raises `vm.max_map_count`; Elasticsearch needs 262144 on its node",
      hint: "set it on the nodes, or `node.store.allow_mmap: false` in `elasticsearch.esConfig`",
      at: release.locate(SWITCH),
    };
  },
};
