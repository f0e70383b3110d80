import { gpuOf, type MigGpu } from "../../catalogue/mig-profiles.ts";
import type { GpuReport, NodeReport } from "../model.ts";

/** A model of GPU among the nodes, as nvidia-smi names it. */
export interface FoundModel {
  model: string;
  /** Undefined for a model that the table of profiles does not have. */
  card: MigGpu | undefined;
  gpus: number;
  /** GPUs whose MIG mode is on. */
  on: number;
  /** The most that are on in one node: a pod gets its slices from one node. */
  onInOneNode: number;
}

/**
 * The models of the GPUs in a report, most GPUs first. GPUs without MIG are left out.
 * @param told cards that the table of profiles does not have, by model
 */
export function modelsOf(
  nodes: readonly Pick<NodeReport, "gpus">[],
  told: ReadonlyMap<string, MigGpu> = new Map(),
): FoundModel[] {
  const models = new Map<string, FoundModel>();
  for (const { gpus } of nodes) {
    const capable = gpus.filter(({ after, before }) => after !== "incapable" && before !== "incapable");
    for (const [model, own] of Map.groupBy(capable, (gpu: GpuReport) => gpu.model)) {
      const on = own.filter(({ after }) => after === "on").length;
      const known = models.get(model) ?? {
        model,
        card: cardOf(model) ?? told.get(model),
        gpus: 0,
        on: 0,
        onInOneNode: 0,
      };
      models.set(model, {
        ...known,
        gpus: known.gpus + own.length,
        on: known.on + on,
        onInOneNode: Math.max(known.onInOneNode, on),
      });
    }
  }
  return [...models.values()].sort((a, b) => b.gpus - a.gpus || a.model.localeCompare(b.model));
}

/** The card of a model in nvidia-smi's spelling: a node's label has dashes where it has blanks. */
export function cardOf(model: string): MigGpu | undefined {
  return gpuOf(model.trim().replaceAll(/\s+/g, "-"));
}

/** What a model can give of a profile. */
export interface Offer extends FoundModel {
  /** On one card that is given to nothing else. */
  perCard: number;
  /** On all GPUs that are on, if they are given to nothing else. */
  now: number;
  /** The same on one node. */
  onOneNode: number;
}

/** What the models found can give of a profile; those that cannot give it are left out. */
export function offersOf(profile: string, models: readonly FoundModel[]): Offer[] {
  return models.flatMap((each): Offer[] => {
    const { card, on, onInOneNode } = each;
    if (!card || !Object.hasOwn(card.profiles, profile)) return [];
    const perCard = card.profiles[profile] ?? 0;
    return [{ ...each, perCard, now: perCard * on, onOneNode: perCard * onInOneNode }];
  });
}

/**
 * Whether pods that ask for some of a profile get them from the GPUs of a report. `off`: there are such GPUs, and not
 * enough of them are on. `short`: no node has enough of them. `unknown`: a GPU that the table does not know may.
 */
export type Verdict = "given" | "off" | "short" | "never" | "unknown";

/** Whether a pod can get `count` of a profile on one node. */
export function verdictOf(profile: string, count: number, models: readonly FoundModel[]): Verdict {
  const offers = offersOf(profile, models);
  if (offers.length === 0) return models.some(({ card }) => !card) ? "unknown" : "never";
  if (offers.some(({ onOneNode }) => onOneNode >= count)) return "given";
  return offers.every(({ onInOneNode }) => onInOneNode === 0) ? "off" : "short";
}
