/** What actions need of the job's GitHub token. */
import type { ActionDefinition } from "../../src/core/definition.ts";
import { table } from "../../src/core/markdown.ts";

/** The table of one action's page. */
export function permissionsTable({ permissions }: ActionDefinition): string {
  return table(
    ["GitHub token", "To", "Needed"],
    permissions.map(({ scope, access, why, when }) => [`\`${scope}: ${access}\``, why, when ?? "always"]),
  );
}

/** The table of all actions; `folder` leads from the page to `actions/`. */
export function allPermissionsTable(definitions: readonly ActionDefinition[], folder: string): string {
  const rows = definitions.flatMap(({ name, permissions }) =>
    permissions.map(({ scope, access, why, when }) => [
      `[\`${name}\`](${folder}/${name}/README.md#permissions)`,
      `\`${scope}: ${access}\``,
      why,
      when ?? "always",
    ]),
  );
  return table(["Action", "GitHub token", "To", "Needed"], rows);
}
