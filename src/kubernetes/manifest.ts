import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "./objects.ts";

/** The objects of a rendered manifest. */
export function manifestObjects(manifest: string): KubernetesObject[] {
  const documents = parseAllDocuments(manifest);
  return (Array.isArray(documents) ? documents : [])
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object): object is KubernetesObject => object !== null && typeof object === "object");
}
