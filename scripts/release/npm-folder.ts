/** The manifest of the npm package: everything is bundled, so it has no dependencies. */
import { absoluteLinks, type Kind } from "./links.ts";
import { versionTag } from "./tags.ts";

interface Manifest {
  name: string;
  version: string;
  description: string;
  license: string;
  repository: unknown;
}

/** Generated from the repository's own package.json. */
export function npmManifest(manifest: Manifest): string {
  const { name, version, description, license, repository } = manifest;
  const packed = {
    ...{ name, version, description, license },
    keywords: ["clearml", "kubernetes", "helm", "github-actions"],
    homepage: "https://github.com/clearml/actions",
    bugs: "https://github.com/clearml/actions/issues",
    repository,
    type: "module",
    bin: { [name]: "dist/cli/index.js" },
    files: ["dist"],
    engines: { node: ">=22" },
    publishConfig: { access: "public", provenance: true },
  };
  return `${JSON.stringify(packed, null, 2)}\n`;
}

/** The repository's README with links that hold on the package's page. */
export function npmReadme(text: string, version: string, kindOf: (path: string) => Kind): string {
  return absoluteLinks(text, "README.md", versionTag(version), kindOf);
}
