import type { Context } from "../core/context.ts";
import { code, table } from "../core/markdown.ts";
import type { LoginPlan } from "../login/plan.ts";
import { TOOLS } from "./publishers.ts";
import type { InstalledTools } from "./setup.ts";

/** Writes what was set up to the log and the job summary. */
export function reportSetup(context: Context, tools: InstalledTools, logins: LoginPlan | undefined): void {
  const rows = TOOLS.map((tool) => {
    const { version, origin, checkedAgainst, path } = tools[tool];
    context.log.info(`${tool} ${version} from ${origin}: ${path}`);
    return [tool, version, origin, origin === "PATH" ? "not checked: was there" : checkedAgainst];
  });
  context.summary(table(["Tool", "Version", "From", "SHA-256"], rows));
  if (!logins) return;
  context.summary(
    table(
      ["Chart source", "Login", "Result"],
      [
        ...logins.registries.map(({ host, username }) => [code(`oci://${host}`), username, "ok"]),
        ...logins.repositories.map(({ name, url, credentials }) => [
          `${name} ${code(url)}`,
          credentials ? credentials.from : "anonymous",
          "ok",
        ]),
      ],
    ),
  );
}
