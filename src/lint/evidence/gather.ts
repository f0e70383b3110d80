import { dirname, resolve } from "node:path";
import { COMPONENT_IDS, type ComponentId } from "../../catalogue/model.ts";
import { chartsAtHand } from "../../chart/at-hand.ts";
import { type Problem, UserError } from "../../core/errors.ts";
import { loadEnvironment } from "../../environment/load.ts";
import type { Environment } from "../../environment/model.ts";
import { nearestHint } from "../../yaml/nearest.ts";
import { isUnread, readYamlFile } from "../../yaml/read.ts";
import type { YamlSource } from "../../yaml/source.ts";
import { commandsOf, readCommandTexts } from "../commands/commands.ts";
import { environmentReleases, type Scope } from "../engine.ts";
import type { ClusterFacts } from "./cluster-facts.ts";
import { clusterEvidence, type EvidenceContext, renderedEvidence } from "./evidence.ts";

export interface GatherOptions {
  config: string;
  cwd: string;
  render: "auto" | "true" | "false";
  /** Facts of the cluster, where it is to be looked at. */
  cluster?: ClusterFacts | undefined;
}

/** Everything there is to decide from about an environment: its files, its charts, the scripts beside it. */
export async function gatherScope(
  { config, cwd, render, cluster }: GatherOptions,
  context: EvidenceContext,
): Promise<Scope & { environment: Environment }> {
  const environment = await loadEnvironment(config, { cwd });
  const charts = await chartsAtHand(environment, { cwd, env: context.env });
  const releases = environmentReleases(environment, charts);
  const commandTexts = await readCommandTexts(dirname(resolve(cwd, environment.file)), cwd);
  const commands = [...commandTexts].flatMap(([file, text]) => commandsOf(file, text));
  const rendering = await renderedEvidence(releases, { render, cwd }, context);
  const ofCluster = clusterEvidence(cluster);
  const notRun = [...(rendering.notRun ?? []), ...(ofCluster.notRun ?? [])];
  return { environment, releases, commands, commandTexts, ...rendering, ...ofCluster, notRun };
}

/**
 * Reads the files that the input `files` names.
 * @throws UserError with every line that is wrong
 */
export function readFiles(
  lines: readonly string[],
  cwd: string,
): { source: YamlSource; component: ComponentId }[] {
  const problems: Problem[] = [];
  const read = lines.flatMap((line) => {
    const [path = "", id = ""] = line.split(/=(?=[^=]*$)/).map((part) => part.trim());
    const component = COMPONENT_IDS.find((each) => each === id);
    if (!component) {
      problems.push(wrongComponent(line, id));
      return [];
    }
    const source = readYamlFile(resolve(cwd, path), path, cwd);
    if (!isUnread(source)) return [{ source, component }];
    problems.push({
      message: `input \`files\`: ${path} ${source.reason}`,
      hint: "the path is relative to the working folder",
    });
    return [];
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
