import { isMap } from "../../overrides/merge.ts";
import { ownEntry } from "../../overrides/values.ts";
import type { Place } from "../objects/model.ts";
import type { FieldNode } from "../owners/fields.ts";
import { type ListShape, managedShape } from "./managed.ts";

const BY_NAME: ListShape = { keys: ["name"] };

/** Keyed lists of Kubernetes' own kinds by the field that holds them, as the server's OpenAPI document has them. */
const KEYED: Readonly<Record<string, ListShape>> = {
  containers: BY_NAME,
  initContainers: BY_NAME,
  ephemeralContainers: BY_NAME,
  env: BY_NAME,
  volumes: BY_NAME,
  imagePullSecrets: BY_NAME,
  secrets: BY_NAME,
  claims: BY_NAME,
  resourceClaims: BY_NAME,
  schedulingGates: BY_NAME,
  webhooks: BY_NAME,
  matchConditions: BY_NAME,
  variables: BY_NAME,
  volumeMounts: { keys: ["mountPath"] },
  volumeDevices: { keys: ["devicePath"] },
  hostAliases: { keys: ["ip"] },
  topologySpreadConstraints: { keys: ["topologyKey", "whenUnsatisfiable"] },
  volumeLifecycleModes: "set",
  validationActions: "set",
};

/** How the server merges a list, and with it which items belong together. */
export function listShape(
  kind: { name: string; builtIn: boolean },
  place: Place,
  lists: { expected: readonly unknown[]; actual: readonly unknown[]; managed: () => FieldNode },
): ListShape {
  const managed = kind.builtIn ? undefined : managedShape(lists.managed(), place);
  if (managed) return managed;
  if (!kind.builtIn)
    return namesAreUnique(lists.expected) && namesAreUnique(lists.actual) ? BY_NAME : "atomic";
  const field = fieldAt(place, -1) ?? "";
  if (field === "ports") return portsShape(kind.name, place);
  if (field === "values") return fieldAt(place, -2) === "onExitCodes" ? "set" : "atomic";
  return ownEntry(KEYED, field) ?? "atomic";
}

function portsShape(kind: string, place: Place): ListShape {
  if (kind === "Service" && place.length === 2) return { keys: ["port", "protocol"] };
  const list = fieldAt(place, -3) ?? "";
  return /[cC]ontainers$/.test(list) ? { keys: ["containerPort", "protocol"] } : "atomic";
}

/** The field at a step, counted from the end with negative numbers. */
export function fieldAt(place: Place, index: number): string | undefined {
  const step = place.at(index);
  return step && "field" in step ? step.field : undefined;
}

function namesAreUnique(items: readonly unknown[]): boolean {
  const names = items.map((item) => (isMap(item) && typeof item.name === "string" ? item.name : undefined));
  return !names.includes(undefined) && new Set(names).size === names.length;
}

/** What names an item among the others of its list. A port without a protocol is a TCP port. */
export function itemKey(item: unknown, keys: readonly string[]): Readonly<Record<string, unknown>> {
  const map = isMap(item) ? item : {};
  return Object.fromEntries(keys.map((key) => [key, map[key] ?? (key === "protocol" ? "TCP" : undefined)]));
}
