import { shellWord } from "../../core/shell-word.ts";
import type { Finding, ObjectId } from "../model.ts";

/** Pointers to what kubectl has a command for. */
const LABEL_OR_ANNOTATION = /^\/metadata\/(label|annotation)s\/([^/]+)$/;

/** Whether it is in an object of a manifest, where a person takes back what a person has done. */
export function isByHand(finding: Finding): boolean {
  return finding.class === "modified" || finding.class === "foreign-added";
}

/**
 * The kubectl command that takes away what was added by hand, or opens an object that no upgrade puts right.
 * Undefined where there is no object to run it on.
 */
export function commandFor(finding: Finding): string | undefined {
  const { object, path } = finding;
  if (object === undefined || !isByHand(finding)) return undefined;
  const removal = finding.class === "foreign-added" ? removalOf(object, path ?? "") : undefined;
  return removal ?? `kubectl ${namespaceOf(object)}edit ${nameOf(object)}`;
}

function removalOf(object: ObjectId, pointer: string): string | undefined {
  const [, what, key] = LABEL_OR_ANNOTATION.exec(pointer) ?? [];
  if (what !== undefined && key !== undefined) {
    const verb = what === "label" ? "label" : "annotate";
    return `kubectl ${namespaceOf(object)}${verb} ${nameOf(object)} ${shellWord(`${unescaped(key)}-`)}`;
  }
  // An item of a list stands in the pointer by its name, which a JSON patch does not know.
  if (pointer === "" || /[=]|\/\d+(?:\/|$)/.test(pointer)) return undefined;
  const patch = JSON.stringify([{ op: "remove", path: pointer }]);
  return `kubectl ${namespaceOf(object)}patch ${nameOf(object)} --type=json -p ${shellWord(patch)}`;
}

function namespaceOf({ namespace }: ObjectId): string {
  return namespace === undefined ? "" : `-n ${shellWord(namespace)} `;
}

/** `deployment.apps/web`: the group keeps kinds of one name apart. */
function nameOf({ apiVersion, kind, name }: ObjectId): string {
  const [group, version] = apiVersion.split("/");
  return shellWord(`${kind.toLowerCase()}${version === undefined ? "" : `.${group}`}/${name}`);
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
