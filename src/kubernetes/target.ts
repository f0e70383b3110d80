import { kindOf } from "./objects.ts";

/** What a request is about, as its path says. */
export interface Target {
  /** The right it takes, in RBAC's word. */
  verb: string;
  /** Empty for the core group. */
  group: string;
  apiVersion: string;
  /** Plural name, with its subresource: `pods/log`. Undefined for paths such as `/version`. */
  resource?: string;
  namespace?: string;
  name?: string;
}

const VERBS: Readonly<Record<string, string>> = {
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** The same in plain words. */
const WORDS: Readonly<Record<string, string>> = {
  get: "read",
  list: "list",
  create: "create",
  update: "replace",
  patch: "apply",
  delete: "delete",
};

/** Reads method and path of a request. */
export function targetOf(request: { method: string; path: string; name?: string | undefined }): Target {
  const [path = ""] = request.path.split("?");
  const match =
    /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+)(?=\/))?(?:\/([^/]+)(?:\/([^/]+))?(\/.+)?)?$/.exec(
      path,
    );
  const [, group = "", version = "", namespace, plural, inPath, subresource = ""] = match ?? [];
  const name = inPath === undefined ? request.name : decodeURIComponent(inPath);
  return {
    verb: VERBS[request.method] ?? (name === undefined && plural ? "list" : "get"),
    group,
    apiVersion: group ? `${group}/${version}` : version,
    ...(plural ? { resource: plural + subresource } : {}),
    ...(namespace ? { namespace: decodeURIComponent(namespace) } : {}),
    ...(name === undefined ? {} : { name }),
  };
}

/** What a request does, for a sentence: `create ConfigMap shop/settings`, `list secrets in namespace shop`. */
export function describeRequest(request: {
  method: string;
  path: string;
  name?: string | undefined;
}): string {
  const { verb, resource, namespace, name, apiVersion } = targetOf(request);
  const dryRun = /[?&]dryRun=All/.test(request.path) ? " (dry run)" : "";
  if (!resource) return `${WORDS[verb]} ${request.path}`;
  if (name === undefined)
    return `${WORDS[verb]} ${resource}${namespace ? ` in namespace ${namespace}` : ""}${dryRun}`;
  const [plural = "", ...parts] = resource.split("/");
  const part = parts.length > 0 ? `the ${parts.join("/")} of ` : "";
  const kind = kindOf(apiVersion, plural) ?? plural;
  return `${WORDS[verb]} ${part}${kind} ${namespace ? `${namespace}/` : ""}${name}${dryRun}`;
}

/** A resource as RBAC names it: with its group unless that is the core. */
export function rbacName(resource: string, group: string): string {
  const [plural = "", ...parts] = resource.split("/");
  return [group ? `${plural}.${group}` : plural, ...parts].join("/");
}
