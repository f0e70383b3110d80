import type { Rule } from "../../model.ts";

export const schemaMissing: Rule = {
  id: "R3",
  slug: "schema-missing",
  severity: "info",
  about:
    "Objects of this kind were not checked: neither Kubernetes nor the charts at hand bring a schema of it.",
  why: "Schemas come with the toolkit and out of the charts' own resource definitions; nothing is downloaded. A kind whose definition another chart or a person installs has none here, so a mistake in its objects shows only when they are applied. Each such kind is named once for the whole environment.",
  *checkRendered({ release, unknownKinds = [] }) {
    for (const { apiVersion, kind, count } of unknownKinds) {
      yield {
        message: `no schema for \`${apiVersion}\` ${kind}: ${count === 1 ? "1 object was" : `${count} objects were`} not checked`,
        at: release.at,
      };
    }
  },
};
