import { describe, placed } from "../../../render/placed.ts";
import { kindKey } from "../../../schemas/open-api.ts";
import { isBuiltIn, removedApi } from "../../../schemas/removed-apis.ts";
import { kubernetesSchemas, schemaVersions } from "../../../schemas/store.ts";
import type { Rule } from "../../model.ts";

export const apiNotServed: Rule = {
  id: "V3",
  slug: "api-not-served",
  severity: "warning",
  about:
    "A rendered object is of an API version that the `kubernetesVersion` of the environment does not serve.",
  why: 'Kubernetes removes API versions some releases after they are deprecated, and Helm fails on such an object with "no matches for kind". Take a chart version that writes the newer API, or set the value that chooses it. Helm renders without a cluster here, so a chart that asks the cluster which APIs it has may do better in the end: it is an error only where an override names the version.',
  *checkRendered({ release, objects }) {
    const version = schemaVersions().find((each) => each === release.environment?.kubernetesVersion);
    if (version === undefined) return;
    const { kinds } = kubernetesSchemas(version);
    for (const object of objects) {
      const { apiVersion, kind } = object;
      if (!isBuiltIn(apiVersion) || Object.hasOwn(kinds, kindKey(apiVersion, kind))) continue;
      const removed = removedApi(apiVersion, kind);
      const isWritten = object.origins(["apiVersion"]).length === 1;
      yield {
        message: removed
          ? `${describe(object)} is of \`${apiVersion}\`, which Kubernetes serves no longer since ${removed.removedIn}; \`kubernetesVersion\` is ${version}`
          : `${describe(object)} is of \`${apiVersion}\`: Kubernetes ${version} serves no such kind there`,
        hint: removed
          ? `it is \`${removed.instead}\` now: take a chart version that writes it`
          : "correct the version or the kind",
        ...(isWritten ? { severity: "error" as const } : {}),
        ...placed(object, ["apiVersion"], release),
      };
    }
  },
};
