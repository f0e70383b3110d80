import { type MigGpu, slicesOf } from "../../catalogue/mig-profiles.ts";
import { NoAnswerError } from "../no-answer.ts";
import { type ListedProfile, listProfiles } from "../nvidia-smi/profiles.ts";
import type { AskedNode } from "../session.ts";
import { cardOf } from "./offered.ts";

/**
 * Models that the table of profiles does not have, with what nvidia-smi tells of them: one question per model. What it
 * does not tell stays unknown.
 */
export async function toldCards(
  nodes: readonly Pick<AskedNode, "smi" | "gpus">[],
): Promise<ReadonlyMap<string, MigGpu>> {
  const cards = new Map<string, MigGpu>();
  for (const { smi, gpus } of nodes) {
    const isNew = (model: string) => !cards.has(model) && cardOf(model) === undefined;
    if (!gpus.some(({ model, current }) => current !== "unsupported" && isNew(model))) continue;
    const listed = await listProfiles(smi).catch(nothing);
    for (const { index, model } of gpus) {
      const own = listed.filter(({ gpu }) => gpu === index);
      if (isNew(model) && own.length > 0) cards.set(model, cardFrom(model, own));
    }
  }
  return cards;
}

function cardFrom(model: string, listed: readonly ListedProfile[]): MigGpu {
  // nvidia-smi writes `1g.5gb+me`, resources of Kubernetes `1g.5gb.me`.
  const profiles = listed.map(({ profile, total }) => [profile.replaceAll("+", "."), total] as const);
  const slices = Math.max(...profiles.map(([profile]) => slicesOf(profile) ?? 0));
  return { name: model, product: /(?!)/, slices, profiles: Object.fromEntries(profiles) };
}

function nothing(thrown: unknown): ListedProfile[] {
  if (thrown instanceof NoAnswerError) return [];
  throw thrown;
}
