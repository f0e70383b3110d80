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
  if (nodes.length < 2 || nodes.length > MOST_NODES) return undefined;
  const removal = plan.releases.length > 0 && plan.releases.every(({ action }) => action === "uninstall");
  return flowChart(removal ? reversed(nodes) : nodes, COLOURS);
}

/** What is removed goes before what it needs. */
function reversed(nodes: readonly FlowNode[]): FlowNode[] {
  return nodes.map((node) => ({
    ...node,
    needs: nodes.filter(({ needs }) => needs.includes(node.id)).map(({ id }) => id),
  }));
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
    colour: colourOf(objects),
    needs: neededIds(component, tenant, needs),
  }));
}

function colourOf(objects: readonly PlannedObject[]): string {
  const all = (wanted: PlannedObject["action"]) => objects.every(({ action }) => action === wanted);
  if (objects.length === 0) return "none";
  return all("create") ? "install" : all("delete") ? "uninstall" : "upgrade";
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
