import { brotliDecompressSync } from "node:zlib";
import { KUBERNETES_SCHEMAS } from "./kubernetes.ts";
import type { ServedSchemas } from "./open-api.ts";
import { type MinorVersion, type PackedSchemas, unpackSchemas } from "./pack.ts";

let packed: PackedSchemas | undefined;

function packedSchemas(): PackedSchemas {
  packed ??= JSON.parse(
    brotliDecompressSync(Buffer.from(KUBERNETES_SCHEMAS, "base64")).toString(),
  ) as PackedSchemas;
  return packed;
}

/** The Kubernetes versions whose schemas are at hand, oldest first. */
export function schemaVersions(): readonly MinorVersion[] {
  return packedSchemas().versions;
}

const UNPACKED = new Map<MinorVersion, ServedSchemas>();

/** The schemas of a Kubernetes version. */
export function kubernetesSchemas(version: MinorVersion): ServedSchemas {
  const schemas = UNPACKED.get(version) ?? unpackSchemas(packedSchemas(), version);
  UNPACKED.set(version, schemas);
  return schemas;
}

const GROUPS = new Map<MinorVersion, ReadonlySet<string>>();

/** The API groups of a Kubernetes version; the core group has no name. */
export function servedGroups(version: MinorVersion): ReadonlySet<string> {
  const groups =
    GROUPS.get(version) ??
    new Set(
      Object.keys(kubernetesSchemas(version).kinds).flatMap((key) => /^([^/ ]+)\//.exec(key)?.[1] ?? []),
    );
  GROUPS.set(version, groups);
  return groups;
}
