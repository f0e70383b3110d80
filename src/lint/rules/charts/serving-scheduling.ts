import semver from "semver";
import type { Rule } from "../../model.ts";

const BLOCKS = new Set(["clearml_serving_inference", "clearml_serving_statistics"]);
const KEYS = new Set(["nodeSelector", "tolerations"]);

export const servingScheduling: Rule = {
  id: "L146",
  slug: "serving-scheduling",
  severity: "warning",
  about: "Node selectors and tolerations of ClearML Serving do not reach its pods before chart 1.6.3.",
  why: "Before 1.5.0 the serving chart does not print the node selector and tolerations of its inference and statistics pods at all; from 1.5.0 to 1.6.2 it prints them inside of the container, where Kubernetes refuses or ignores them. The pods run on any node. Use chart 1.6.3 or later.",
  components: ["serving"],
  *check({ entries, version, contents }) {
    const exact = semver.valid(version ?? contents?.version ?? "");
    if (exact === null || semver.gte(exact, "1.6.3")) return;
    for (const { path, value, at } of entries) {
      const [block, key] = path.map(String);
      if (path.length !== 2 || !BLOCKS.has(block ?? "") || !KEYS.has(key ?? "") || isEmpty(value)) continue;
      yield {
        message: semver.lt(exact, "1.5.0")
          ? `chart ${version} does not print \`${path.join(".")}\``
          : `chart ${version} prints \`${path.join(".")}\` inside of the container, where it has no effect`,
        hint: "use chart 1.6.3 or later",
        at: at("key"),
      };
    }
  },
};

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}
