import type { ComponentUse } from "../environment/model.ts";
import type { Finding } from "./model.ts";

/**
 * One finding for each namespace that is gone or on its way (F19): the parts of a scan see it each on its own, and
 * whatever was in it is gone too.
 * @param uses components in scope: where their releases belong
 */
export function oncePerNamespace(findings: readonly Finding[], uses: readonly ComponentUse[]): Finding[] {
  const lost = new Map<string, Finding>();
  for (const finding of findings) {
    const name = lostNamespace(finding);
    // The tenant's own is the one that says whose it was.
    if (name !== undefined && (!lost.has(name) || finding.component === "tenant")) lost.set(name, finding);
  }
  if (lost.size === 0) return [...findings];
  const inLost = new Set(uses.filter(({ namespace }) => lost.has(namespace)).map(placeOf));
  return findings.filter((finding) => {
    const name = lostNamespace(finding);
    if (name !== undefined) return lost.get(name) === finding;
    return !(finding.class === "release" && inLost.has(placeOf(finding)));
  });
}

function lostNamespace({ class: of, object }: Finding): string | undefined {
  return of === "missing" && object?.kind === "Namespace" ? object.name : undefined;
}

/** Of a component, or of what is said about it. */
function placeOf(place: ComponentUse | Finding): string {
  return `${place.tenant ?? ""}/${"id" in place ? place.id : place.component}`;
}
