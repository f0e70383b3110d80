/** The files of an action's own repository, as text. */
import { parse, stringify } from "yaml";
import { absoluteLinks, type Kind, REPOSITORY } from "./links.ts";
import { versionTag } from "./tags.ts";

/** action.yml with its code in the folder itself. */
export function packedActionYml(text: string, name: string, version: string): string {
  const { runs, ...rest } = parse(text) as { runs: Record<string, string> };
  const stub = `../../dist/${name}/index.js`;
  const local = Object.entries(runs).map(([key, value]) => [key, value === stub ? "dist/index.js" : value]);
  const elsewhere = local.find(([, value]) => value?.includes("../"));
  if (elsewhere) throw new Error(`runs.${elsewhere.join(": ")} of ${name} leads out of its folder`);
  const yml = stringify({ ...rest, runs: Object.fromEntries(local) }, { lineWidth: 0 });
  return `# Generated from src/actions/${name}.ts of ${REPOSITORY}, ${versionTag(version)}.\n${yml}`;
}

/** The stub with the bundle below its own folder instead of beside it. */
export function packedStub(text: string, name: string): string {
  const stub = text.replaceAll('"../lib/', '"./lib/');
  if (stub.includes("../")) throw new Error(`dist/${name}/index.js needs more than dist/lib`);
  return stub;
}

/** The action's page, and where it comes from. */
export function packedReadme(
  text: string,
  name: string,
  version: string,
  kindOf: (path: string) => Kind,
): string {
  const tag = versionTag(version);
  const page = absoluteLinks(text, `actions/${name}/README.md`, tag, kindOf);
  const [heading = "", ...rest] = page.split("\n");
  if (!heading.startsWith("# ")) throw new Error(`actions/${name}/README.md does not begin with its heading`);
  return [heading, "", ...mirrorNote(name, tag), ...rest].join("\n");
}

function mirrorNote(name: string, tag: string): string[] {
  return [
    `> This repository is a mirror of [\`actions/${name}\`](${REPOSITORY}/tree/${tag}/actions/${name}) in`,
    `> [clearml/actions](${REPOSITORY}), made by its release ${tag}. The code, the [issues](${REPOSITORY}/issues) and the`,
    `> [changelog](${REPOSITORY}/blob/${tag}/CHANGELOG.md) are there.`,
  ];
}

/** Where to report, since reports to a mirror reach nobody. */
export function packedSecurity(version: string): string {
  return [
    "# Security",
    "",
    `Report a vulnerability [in clearml/actions](${REPOSITORY}/security/advisories/new), of which this repository is a mirror.`,
    `What the actions promise is [there](${REPOSITORY}/blob/${versionTag(version)}/SECURITY.md), too.`,
    "",
  ].join("\n");
}
