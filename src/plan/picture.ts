import { type Colours, type FlowNode, flowChart } from "../core/mermaid.ts";
import type { Plan, PlannedObject } from "./model.ts";
import { objectCounts, RELEASE_WORDS } from "./words.ts";

/** Ids of the components that each component waits for. */
export type Needs = Readonly<Record<string, readonly string[]>>;

/** More boxes than this are no picture any more. */
const MOST_NODES = 60;

const COLOURS: Colours = {
  none: { fill: "#eaeef2", stroke: "#8c959f" },
  upgrade: { fill: "#ddf4ff", stroke: "#0969da" },
  install: { fill: "#dafbe1", stroke: "#1a7f37" },
  repair: { fill: "#fff8c5", stroke: "#9a6700" },
  uninstall: { fill: "#ffebe9", stroke: "#cf222e", dashed: true },
  danger: { fill: "#ffebe9", stroke: "#cf222e" },
};

/** A Mermaid picture: what happens to each release, and what waits for what. Undefined where it would show nothing. */
export function planPicture(plan: Plan, needs: Needs): string | undefined {
  const nodes = [...releaseNodes(plan, needs), ...manifestNodes(plan, needs)];
  return nodes.length < 2 || nodes.length > MOST_NODES ? undefined : flowChart(nodes, COLOURS);
}

function releaseNodes(plan: Plan, needs: Needs): FlowNode[] {
  return plan.releases.map(({ component, tenant, action, chartVersion, dangers, objects }) => {
    const stops = [...dangers, ...objects.flatMap((object) => object.dangers)].some(
      ({ severity }) => severity === "stop",
    );
    const todo = action === "none" ? "unchanged" : `${RELEASE_WORDS[action].todo} ${chartVersion}`;
    return {
      id: idOf(component, tenant),
      lines: [tenant === undefined ? component : `${component} of ${tenant}`, todo],
      colour: stops ? "danger" : action,
      needs: neededIds(component, tenant, needs),
    };
  });
}

function manifestNodes(plan: Plan, needs: Needs): FlowNode[] {
  return plan.manifests.map(({ component, tenant, objects }) => ({
    id: idOf(component, tenant),
    lines: [component, objects.length === 0 ? "unchanged" : objectCounts(objects)],
    colour: objects.length === 0 ? "none" : objects.every(isNew) ? "install" : "upgrade",
    needs: neededIds(component, tenant, needs),
  }));
}

function isNew({ action }: PlannedObject): boolean {
  return action === "create";
}

/** A tenant's component waits for the tenant's others and for the cluster's. */
function neededIds(component: string, tenant: string | undefined, needs: Needs): string[] {
  return (needs[component] ?? []).flatMap((need) =>
    tenant === undefined ? [idOf(need, undefined)] : [idOf(need, tenant), idOf(need, undefined)],
  );
}

function idOf(component: string, tenant: string | undefined): string {
  return `${tenant ?? ""}/${component}`;
}
