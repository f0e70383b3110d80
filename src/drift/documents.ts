import type { ReleaseRecord } from "../helm/record.ts";
import type { Values } from "../overrides/values.ts";
import { documentsIn, itemsIn } from "../plan/manifest.ts";

/** What has been read, by its text. Reading YAML is most of the work of a scan, and tenants have much in common. */
const known = new Map<string, readonly Values[]>();

/**
 * The objects of a release's stored manifest as they stand in it, read once for all parts of a scan. Nobody may change
 * them.
 * @throws UserError when it is no valid YAML
 */
export function manifestItems({ manifest }: Pick<ReleaseRecord, "manifest">): readonly Values[] {
  return documentsIn(manifest).flatMap(documentItems);
}

function documentItems(document: string): readonly Values[] {
  const items = known.get(document) ?? itemsIn(document);
  known.set(document, items);
  return items;
}
