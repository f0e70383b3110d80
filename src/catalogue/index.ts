import semver from "semver";
import { UserError } from "../core/errors.ts";
import { agent } from "./agent.ts";
import { appGateway } from "./app-gateway.ts";
import { applications } from "./applications.ts";
import { billing } from "./billing.ts";
import { controlPlane } from "./control-plane.ts";
import { customEvents } from "./custom-events.ts";
import { dynamicMigOperator } from "./dynamic-mig-operator.ts";
import { fractionalGpuInjector } from "./fractional-gpu-injector.ts";
import { gpuOperator } from "./gpu-operator.ts";
import {
  type ChartSource,
  COMPONENT_IDS,
  type ComponentDefinition,
  type ComponentId,
  type Generation,
  type ValueRule,
} from "./model.ts";
import { networkIsolation } from "./network-isolation.ts";
import { platformManagement } from "./platform-management.ts";
import { presignService } from "./presign-service.ts";
import { redis } from "./redis.ts";
import { serving } from "./serving.ts";
import { taskTrafficRouter } from "./task-traffic-router.ts";

/** Everything known about every component, by its id. */
export const CATALOGUE: Readonly<Record<ComponentId, ComponentDefinition>> = {
  "gpu-operator": gpuOperator,
  "dynamic-mig-operator": dynamicMigOperator,
  "fractional-gpu-injector": fractionalGpuInjector,
  "control-plane": controlPlane,
  redis,
  billing,
  "network-isolation": networkIsolation,
  applications,
  "presign-service": presignService,
  "custom-events": customEvents,
  "platform-management": platformManagement,
  agent,
  "app-gateway": appGateway,
  "task-traffic-router": taskTrafficRouter,
  serving,
};

export interface ChartQuestion {
  edition: "enterprise" | "community";
  version?: string | undefined;
  /** As the user wrote it; names the generation when it is one of the known repositories. */
  repository?: string | undefined;
}

/**
 * The source of a component's chart: of the repository named, else the newest generation that serves the version.
 * Undefined when the edition has none, or the chart is handed over as a file.
 */
export function chartSource(
  definition: ComponentDefinition,
  question: ChartQuestion,
): ChartSource | undefined {
  const candidates = definition.charts.filter(
    (each) => each.edition === undefined || each.edition === question.edition,
  );
  return (
    candidates.find((each) => each.repository === question.repository) ??
    candidates.find((each) => serves(each.versions, question.version)) ??
    candidates[0]
  );
}

/** The value rules that hold for a version of the chart; all of them where the version is not known. */
export function valueRules(
  definition: ComponentDefinition,
  chart: { generation?: Generation | undefined; version?: string | undefined } = {},
): ValueRule[] {
  const { generation, version } = chart;
  return definition.values.filter(
    (rule) =>
      serves(rule.versions, version) &&
      (!rule.generations || !generation || generation === "any" || rule.generations.includes(generation)),
  );
}

function serves(range: string | undefined, version: string | undefined): boolean {
  const exact = semver.valid(version ?? "");
  if (range === undefined || exact === null) return true;
  return semver.satisfies(exact, range, { includePrerelease: true });
}

/** What `componentOrder` needs to know of a component's use. */
export interface Orderable {
  id: ComponentId;
  tenant?: string;
  needs: readonly ComponentId[];
}

/**
 * The uses in an order in which each comes after what it needs: what its definition says, and what the user adds.
 * A need that is not among the uses is left out. Ties keep the order of the catalogue, then of the file.
 * @throws UserError when needs form a circle
 */
export function componentOrder<T extends Orderable>(uses: readonly T[]): T[] {
  const ordered: T[] = [];
  const done = new Set<T>();
  const rank = (use: T) => COMPONENT_IDS.indexOf(use.id);
  const visit = (use: T, path: readonly T[]) => {
    if (done.has(use)) return;
    if (path.includes(use)) throw circle([...path.slice(path.indexOf(use)), use]);
    const needed = [...CATALOGUE[use.id].needs, ...use.needs].flatMap((id) => provider(uses, use, id) ?? []);
    for (const each of needed.sort((a, b) => rank(a) - rank(b))) visit(each, [...path, use]);
    done.add(use);
    ordered.push(use);
  };
  for (const use of [...uses].sort((a, b) => rank(a) - rank(b))) visit(use, []);
  return ordered;
}

/** The use that answers a need: of the same tenant, else of the cluster. */
function provider<T extends Orderable>(uses: readonly T[], use: T, id: ComponentId): T | undefined {
  const named = uses.filter((each) => each.id === id);
  return named.find((each) => each.tenant === use.tenant) ?? named.find((each) => each.tenant === undefined);
}

function circle(path: readonly Orderable[]): UserError {
  return new UserError({
    message: `components need each other in a circle: ${path.map((each) => each.id).join(" → ")}`,
    hint: "take one of these out of `needs`",
  });
}
