import { CHART_SETTINGS, settingPath } from "../../../catalogue/environment-variables.ts";
import { ownEntry } from "../../../overrides/values.ts";
import { groupBy, nameAt } from "../../facts/settings.ts";
import type { Hit, LintRelease, Rule, Variable } from "../../model.ts";

export const envRepeated: Rule = {
  id: "L140",
  slug: "env-repeated",
  severity: "error",
  about: "A variable stands twice in one list, or the chart sets it as well: server-side apply refuses that.",
  why: "Kubernetes takes the last of two variables of one name, and server-side apply, which Helm 4 uses, refuses the object. Remove one. What the chart sets itself is set through the chart's values.",
  *check(release) {
    const lists = groupBy(release.variables, ({ item }) => listOf(release, item));
    for (const list of lists.values()) yield* repeated(list);
    if (release.id === "control-plane") yield* setByChart(release);
  },
};

function listOf({ layers }: LintRelease, { layer, path }: Variable["item"]): string {
  return `${layers.indexOf(layer)} ${path.slice(0, -1).join("\0")}`;
}

function* repeated(list: readonly Variable[]): Generator<Hit> {
  for (const [name, same] of groupBy(list, (variable) => variable.name || undefined)) {
    const last = same.at(-1);
    for (const variable of same.slice(0, -1)) {
      if (!last) continue;
      yield {
        message: `\`${name}\` stands twice in this list, and the later one wins`,
        hint: "remove one of the two",
        at: nameAt(variable),
        related: [{ at: nameAt(last), message: "the later one" }],
      };
    }
  }
}

function* setByChart({ variables }: LintRelease): Generator<Hit> {
  for (const variable of variables) {
    const path = variable.item.path[0] === "apiserver" ? settingPath(variable.name) : undefined;
    const key = path === undefined ? undefined : ownEntry(CHART_SETTINGS, path);
    if (key === undefined) continue;
    yield {
      message: `the chart sets \`${variable.name}\` itself, and which of the two wins depends on the spelling`,
      hint: `set \`${key}\` instead`,
      severity: "warning",
      at: nameAt(variable),
    };
  }
}
