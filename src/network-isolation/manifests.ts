import { type Problem, UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { isMap } from "../overrides/merge.ts";
import { findPlaceholders, type Placeholders, resolvePlaceholders } from "../overrides/placeholders.ts";
import { problemOf, scalarsOf } from "../overrides/resolve.ts";
import { documentsOf, type YamlDocument } from "../yaml/documents.ts";

/**
 * The user's own policies: the `overrides` of component network-isolation are files of NetworkPolicy manifests, as
 * many documents each as they like. They are written beside those the toolkit makes; one of the same name and
 * namespace replaces it.
 * @throws UserError with the place of everything that is no NetworkPolicy
 */
export function ownPolicies(use: ComponentUse, names: Placeholders): KubernetesObject[] {
  const problems: Problem[] = [];
  const policies = use.overrides.flatMap(({ source }) => {
    problems.push(...source.problems.filter(({ kind }) => kind === "syntax"));
    return documentsOf(source).flatMap((document) =>
      itemsOf(document).map((item) => read(item, use, names, problems)),
    );
  });
  if (problems.length > 0) throw new UserError(problems);
  return policies;
}

/** The policies with the user's own: of two for one place the user's counts. */
export function withOwnPolicies(
  made: readonly KubernetesObject[],
  own: readonly KubernetesObject[],
): KubernetesObject[] {
  const byPlace = new Map(
    [...made, ...own].map((each) => [`${each.metadata.namespace}/${each.metadata.name}`, each]),
  );
  return [...byPlace.values()];
}

/** The objects of a document; a `List` holds several. */
function itemsOf(document: YamlDocument): YamlDocument[] {
  const { value, locate } = document;
  if (!isMap(value) || value.kind !== "List" || !Array.isArray(value.items)) return [document];
  return value.items.map((item, index) => ({
    value: item as unknown,
    locate: (path, part) => locate(["items", index, ...path], part),
  }));
}

function read(
  { value, locate }: YamlDocument,
  use: ComponentUse,
  names: Placeholders,
  problems: Problem[],
): KubernetesObject {
  for (const { text, path, part } of scalarsOf(value, [])) {
    for (const each of findPlaceholders(text)) {
      const problem = problemOf(each, names, locate(path, part));
      if (problem) problems.push(problem);
    }
  }
  const object = resolvePlaceholders(value, names.lookup);
  if (!isNetworkPolicy(object)) {
    problems.push({
      message: "the overrides of component network-isolation are NetworkPolicy manifests; this is none",
      hint: "write `apiVersion: networking.k8s.io/v1`, `kind: NetworkPolicy`, a `metadata.name` and a `spec`",
      at: locate([]),
    });
    return NOTHING;
  }
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, namespace: metadata.namespace ?? use.namespace } };
}

/** Stands in for what is no policy, until everything wrong is gathered. */
const NOTHING: KubernetesObject = { apiVersion: "", kind: "", metadata: { name: "" } };

function isNetworkPolicy(object: unknown): object is KubernetesObject {
  if (!isMap(object) || object.kind !== "NetworkPolicy" || object.apiVersion !== "networking.k8s.io/v1")
    return false;
  return isMap(object.metadata) && typeof object.metadata.name === "string" && isMap(object.spec);
}
