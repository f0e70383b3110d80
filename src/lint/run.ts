import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { COMPONENT_IDS, type ComponentId } from "../catalogue/model.ts";
import type { Context } from "../core/context.ts";
import { errorMessage, type Problem, UserError } from "../core/errors.ts";
import { loadEnvironment } from "../environment/load.ts";
import type { Environment } from "../environment/model.ts";
import { nearestHint } from "../yaml/nearest.ts";
import { parseYaml, type YamlSource } from "../yaml/source.ts";
import { fails, lintEnvironment, lintFiles } from "./engine.ts";
import type { FindingsReport } from "./model.ts";
import { bySeverity, counted, summaryOf } from "./summary.ts";

export interface LintInputs {
  config: string;
  /** `path=catalogue-id`; when there are any, the environment file is not read. */
  files: readonly string[];
  failOn?: "error" | "warning" | "never";
}

/** Outputs, told as soon as they are known: they must be set when the findings fail the step. */
export type Tell = (outputs: { errors: number; warnings: number; findings: string }) => void;

/**
 * Lints an environment or single files, and shows what was found.
 * @throws UserError of kind findings when a finding is severe enough; of kind input for a wrong input or config
 */
export async function lint(
  inputs: LintInputs,
  cwd: string,
  context: Pick<Context, "log" | "annotate" | "summary" | "outputDir" | "secrets">,
  tell: Tell,
): Promise<void> {
  const { report, checked, failOn } = await lintInputs(inputs, cwd);
  const file = join(await context.outputDir(), "findings.json");
  await writeFile(file, context.secrets.redact(`${JSON.stringify(report, null, 2)}\n`));
  tell({ errors: report.counts.error, warnings: report.counts.warning, findings: file });
  for (const finding of bySeverity(report.findings)) {
    const { file, line, column, endLine, endColumn, message, severity, id, rule } = finding;
    context.annotate(severity, { message, at: { file, line, column, endLine, endColumn } }, `${id} ${rule}`);
  }
  context.summary(summaryOf(report, checked));
  const result = `${checked}: ${counted(report.findings)}`;
  if (!fails(report, failOn)) return context.log.info(result);
  throw new UserError(
    {
      message: result,
      hint: "repair them, or set the severity of a rule under `lint.rules` in clearml.yaml",
    },
    { kind: "findings" },
  );
}

interface Linted {
  report: FindingsReport;
  /** What was linted, for people. */
  checked: string;
  failOn: "error" | "warning" | "never";
}

async function lintInputs({ config, files, failOn }: LintInputs, cwd: string): Promise<Linted> {
  if (files.length > 0) {
    const report = lintFiles(readFiles(files, cwd));
    return { report, checked: plural(files.length, "file"), failOn: failOn ?? "error" };
  }
  const environment = await loadEnvironment(config, { cwd });
  const report = lintEnvironment(environment);
  return { report, checked: describe(environment), failOn: failOn ?? environment.lint.failOn };
}

function describe(environment: Environment): string {
  const uses = [environment, ...environment.tenants].flatMap(({ components }) => components);
  const files = new Set(uses.flatMap((use) => use.overrides.map((override) => override.file)));
  const tenants = plural(environment.tenants.length, "tenant");
  return `environment \`${environment.name}\` (${tenants}, ${plural(files.size, "override file")})`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function readFiles(lines: readonly string[], cwd: string): { source: YamlSource; component: ComponentId }[] {
  const problems: Problem[] = [];
  const read = lines.flatMap((line) => {
    const [path = "", id = ""] = line.split(/=(?=[^=]*$)/).map((part) => part.trim());
    const component = COMPONENT_IDS.find((each) => each === id);
    if (!component) {
      problems.push(wrongComponent(line, id));
      return [];
    }
    try {
      return [{ source: parseYaml(readFileSync(resolve(cwd, path), "utf8"), path), component }];
    } catch (thrown) {
      const reason = errorMessage(thrown).startsWith("ENOENT") ? "does not exist" : errorMessage(thrown);
      problems.push({
        message: `input \`files\`: ${path} ${reason}`,
        hint: "the path is relative to the working folder",
      });
      return [];
    }
  });
  if (problems.length > 0) throw new UserError(problems);
  return read;
}

function wrongComponent(line: string, id: string): Problem {
  return {
    message:
      id === ""
        ? `input \`files\`: \`${line}\` names no component`
        : `input \`files\`: \`${id}\` is not a component`,
    hint: nearestHint(id, COMPONENT_IDS, `write path=component, with one of ${COMPONENT_IDS.join(", ")}`),
  };
}
