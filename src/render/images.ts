import { isMap } from "../overrides/merge.ts";
import { valueAt } from "../overrides/values.ts";
import type { Path } from "../yaml/source.ts";
import type { RenderedObject } from "./model.ts";
import { nodesOf } from "./scalars.ts";

/** An image that an object names. */
export interface NamedImage {
  /** As written, such as `docker.io/clearml/agent:1.24`. */
  image: string;
  path: Path;
}

const IMAGE = /^[\w][\w.-]*(?::\d+)?(?:\/[\w][\w.-]*)*(?::[\w][\w.-]*)?(?:@sha256:[0-9a-f]{64})?$/;

/**
 * The images of an object: of its containers, of custom resources that put theirs together of `repository`, `image`
 * and `version` or `tag`, and of variables and templates in which programs are told what to start.
 */
export function imagesOf({ object, kind }: Pick<RenderedObject, "object" | "kind">): NamedImage[] {
  // A definition describes images, and has none.
  if (kind === "CustomResourceDefinition") return [];
  return [...nodesOf(object)].flatMap(({ value, path }): NamedImage[] => {
    if (isMap(value)) return [...pieced(value, path), ...ofVariable(value, path)];
    if (typeof value !== "string") return [];
    if (isImageKey(path.at(-1)) && isImage(value))
      return isPiece(object, path) ? [] : [{ image: value, path }];
    return value.includes("\n") ? embedded(value, path) : [];
  });
}

/** `image`, `defaultContainerImage`, `initImage`. */
function isImageKey(key: string | number | undefined): boolean {
  return typeof key === "string" && /^image$|[a-z]Image$|_image$|_IMAGE$/.test(key);
}

/** A lone word is a name without registry and tag, or no image at all; containers say it often enough. */
function isImage(text: string): boolean {
  return IMAGE.test(text) && !/^(?:true|false|\d+)$/.test(text);
}

/** Whether an image is only the last part of a name that stands in pieces. */
function isPiece(object: unknown, path: Path): boolean {
  return typeof valueAt(object, [...path.slice(0, -1), "repository"]) === "string";
}

/** `{ repository, image, version }`, as the GPU operator's policy has it. */
function pieced(map: Readonly<Record<string, unknown>>, path: Path): NamedImage[] {
  const { registry, repository, image, version, tag = version } = map;
  if (typeof repository !== "string" || typeof tag !== "string" || repository === "") return [];
  const parts = [registry, repository, image].filter((part) => typeof part === "string" && part !== "");
  const name = parts.join("/");
  const found = tag.startsWith("sha256:") ? `${name}@${tag}` : `${name}:${tag}`;
  return isImage(found) ? [{ image: found, path: [...path, "repository"] }] : [];
}

/** `{ name: K8S_DEFAULT_IMAGE, value: … }`. */
function ofVariable({ name, value }: Readonly<Record<string, unknown>>, path: Path): NamedImage[] {
  const isNamed = typeof name === "string" && /(?:^|_)IMAGE$|Image$/.test(name);
  return isNamed && typeof value === "string" && isImage(value) && /[/:]/.test(value)
    ? [{ image: value, path: [...path, "value"] }]
    : [];
}

/** `image: x` on a line of its own in a text that a program reads: templates of pods, configuration. */
function embedded(text: string, path: Path): NamedImage[] {
  return [
    ...text.matchAll(/^[\s-]*"?(?:\w*[a-z])?[iI]mage"?\s*[:=]\s*["']?([^\s"',}]+)["']?,?\s*$/gm),
  ].flatMap(([, image = ""]) => (isImage(image) && /[/:]/.test(image) ? [{ image, path }] : []));
}

/** Host of the registry an image is pulled from; Docker Hub when it names none. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return isHost ? first : "docker.io";
}
