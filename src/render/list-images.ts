import { resolve } from "node:path";
import { chartsAtHand } from "../chart/at-hand.ts";
import type { Context } from "../core/context.ts";
import { errorMessage, UserError } from "../core/errors.ts";
import { writeRegularFile } from "../core/files.ts";
import { loadEnvironment } from "../environment/load.ts";
import { environmentReleases } from "../lint/engine.ts";
import { airGapList } from "./air-gap.ts";
import { renderReleases } from "./for-lint.ts";

type Parts = Pick<Context, "exec" | "env" | "log" | "tempDir">;

/** What is needed to list: the environment file and where to write, as inputs give them. */
export interface ListImagesInputs {
  config: string;
  /** Path of the text file. */
  file: string;
  /** Variables that lead Helm to its logins, where this step has just made them. */
  helmFiles?: Readonly<Record<string, string>>;
}

/**
 * Writes the charts and images that an environment needs into a text file, one on each line. Every chart is fetched
 * and rendered, with stand-ins for secrets.
 * @returns how many lines it wrote
 * @throws UserError when a chart cannot be had or rendered: a list with holes would show only behind the air gap
 */
export async function listImages(
  { config, file, helmFiles = {} }: ListImagesInputs,
  cwd: string,
  step: Parts,
): Promise<number> {
  const context = withVariables(step, helmFiles);
  const environment = await loadEnvironment(config, { cwd });
  const charts = await chartsAtHand(environment, { cwd, env: context.env });
  const releases = environmentReleases(environment, charts);
  const { rendered, notices } = await renderReleases(releases, { render: "true", cwd }, context);
  const problems = [
    ...rendered.flatMap(({ failure, release }) =>
      failure ? [{ message: `component \`${release.id}\`: ${failure.message}`, at: failure.at }] : [],
    ),
    ...notices.map(({ message }) => ({ message })),
  ];
  if (problems.length > 0) throw new UserError(problems);
  const lines = airGapList(rendered);
  const text = lines.map((line) => `${line}\n`).join("");
  await writeRegularFile(resolve(cwd, file), text, cwd).catch((thrown: unknown) => {
    throw new UserError({
      message: `input \`list-images\`: ${file} cannot be written: ${errorMessage(thrown)}`,
      hint: "name a path that the job may write to",
    });
  });
  context.log.info(`${file}: ${lines.length} charts and images`);
  return lines.length;
}

/** The step with further variables for itself and the tools it runs. */
function withVariables(step: Parts, variables: Readonly<Record<string, string>>): Parts {
  return {
    ...step,
    env: { ...step.env, ...variables },
    exec: {
      ...step.exec,
      run: (tool, args, options = {}) =>
        step.exec.run(tool, args, { ...options, env: { ...variables, ...options.env } }),
    },
  };
}
