import { imagesOf, registryOf } from "../../../render/images.ts";
import { describe, placed } from "../../../render/placed.ts";
import type { Hit, Rule } from "../../model.ts";

export const imageOutsideRegistry: Rule = {
  id: "A1",
  slug: "image-outside-registry",
  severity: "info",
  about: "An image comes from another registry than the one the applications were moved to for an air gap.",
  why: "`imageRegistry` of the applications says that this cluster pulls from a registry of its own. An image that names another one cannot be pulled behind an air gap, unless the nodes are told to take it from a mirror. Set the registry or the repository of the image, or silence the rule where the nodes have a mirror.",
  *checkRendered({ release, objects }) {
    const registry = release.environment?.components.find(
      ({ id, enabled, imageRegistry }) => id === "applications" && enabled && imageRegistry,
    )?.imageRegistry;
    if (!registry) return;
    const seen = new Set<string>();
    for (const object of objects) {
      for (const { image, path } of imagesOf(object)) {
        if (registryOf(image) === registryOf(`${registry}/image`) || seen.has(image)) continue;
        seen.add(image);
        yield {
          message: `${describe(object)} pulls \`${image}\` from ${registryOf(image)}, and the applications' images lie in \`${registry}\``,
          hint: "name your registry in the override, or keep a mirror on the nodes",
          ...placed(object, path, release),
        } satisfies Hit;
      }
    }
  },
};
