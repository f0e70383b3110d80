import type { RenderedObject } from "../../../render/model.ts";
import { describe, placed } from "../../../render/placed.ts";
import type { Rule } from "../../model.ts";

export const objectRepeated: Rule = {
  id: "R4",
  slug: "object-repeated",
  severity: "error",
  about:
    "A release holds two objects of the same kind and name: installing the second fails, or it replaces the first.",
  why: 'Two templates, or two turns of a loop over a list, made an object under one name. Helm 3 stops at the second with "already exists", Helm 4 lets it overwrite the first. Give the entries of the list different names, or switch one of the two off.',
  *checkRendered({ release, objects }) {
    const known = new Map<string, RenderedObject>();
    for (const object of objects) {
      // Hooks come and go; the same one is often written for two events.
      if (object.hooks || object.name === "") continue;
      const group = object.apiVersion.split("/").slice(0, -1).join("/");
      const namespace = object.namespace ?? release.namespace;
      const key = JSON.stringify([group, object.kind, namespace, object.name]);
      const first = known.get(key);
      if (!first) {
        known.set(key, object);
        continue;
      }
      const templates = [...new Set([first.template, object.template])].filter((each) => each !== "");
      yield {
        message: `${describe(object)} is made twice${templates.length > 0 ? ` (${templates.join(", ")})` : ""}`,
        hint: "give the two different names, or switch one off",
        ...placed(object, ["metadata", "name"], release),
      };
    }
  },
};
