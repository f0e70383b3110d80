import { ToolError } from "../core/errors.ts";
import type { UpgradeRequest } from "./arguments.ts";
import type { Preview } from "./preview.ts";

/** Whether Helm installs the chart's `crds/`: it does so where there is no release yet. */
export function isInstall({ current }: Pick<UpgradeRequest, "current">): boolean {
  return !current || current.status === "uninstalled";
}

/** The kinds because of which Helm refuses a preview: the cluster does not know them yet. Empty for other failures. */
export function unknownKinds(thrown: unknown): string[] {
  if (!(thrown instanceof ToolError)) return [];
  const found = thrown.stderr.matchAll(/no matches for kind "([^"]+)" in version "([^"]+)"/g);
  return [...new Set([...found].map(([, kind, version]) => `${version}/${kind}`))];
}

/** The kinds that resource definitions add: `group/version` and `group/version/kind`. */
export function kindsOfCrds(objects: readonly unknown[]): string[] {
  return objects.flatMap((object) => {
    const { kind, spec } = (object ?? {}) as { kind?: string; spec?: CrdSpec };
    if (kind !== "CustomResourceDefinition" || !spec) return [];
    return (spec.versions ?? []).flatMap(({ name }) => {
      const version = `${spec.group}/${name}`;
      return [version, `${version}/${spec.names?.kind}`];
    });
  });
}

interface CrdSpec {
  group?: string;
  names?: { kind?: string };
  versions?: { name: string }[];
}

/** What `kubectl api-resources --no-headers` lists: `apps/v1`, `apps/v1/Deployment`. */
export function apiVersions(table: string): string[] {
  const rows = table.split("\n").filter((row) => row.trim() !== "");
  const kinds = rows.map((row) => row.trim().split(/\s+/).slice(-3));
  return [...new Set(kinds.flatMap(([version, , kind]) => [`${version}`, `${version}/${kind}`]))];
}

/** The text of `helm template`, manifests and hooks apart. */
export function splitTemplate(text: string): Pick<Preview, "manifest" | "hooks"> {
  const documents = text.split(/^(?=---\n# Source: )/m).filter((document) => document.trim() !== "");
  const isHook = (document: string) => /^ *"?helm\.sh\/hook"?:|[{,] *"?helm\.sh\/hook"?:/m.test(document);
  return {
    manifest: documents.filter((document) => !isHook(document)).join(""),
    hooks: documents.filter(isHook).join(""),
  };
}

/** What a rendering without the cluster leaves open. */
export function previewNotices(
  unknown: readonly string[],
  own: readonly string[],
  helmMajor: number,
): string[] {
  const brought = unknown.filter((kind) => own.includes(kind));
  const missing = unknown.filter((kind) => !own.includes(kind));
  return [
    ...(brought.length > 0
      ? [`the cluster does not know ${brought.join(", ")} yet; the chart brings it with this installation`]
      : []),
    ...(missing.length > 0
      ? [
          `the cluster does not know ${missing.join(", ")}, and the chart does not bring it: a release before this one must, or this one fails`,
        ]
      : []),
    ...(helmMajor >= 4
      ? ["rendered without the cluster: what the chart looks up there (`lookup`) counts as not found"]
      : []),
  ];
}
