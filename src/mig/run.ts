import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { loadEnvironment } from "../environment/load.ts";
import type { Environment } from "../environment/model.ts";
import { currentServer } from "../kubernetes/current-server.ts";
import { checkOptions, rebootsItself } from "./check-options.ts";
import { changeCluster } from "./cluster.ts";
import { migFailure, migWarnings } from "./failures.ts";
import { changeMachine } from "./machine.ts";
import { DEFAULT_CONFIG, type MigReport } from "./model.ts";
import type { MigOptions } from "./options.ts";
import { profilesNeeded } from "./profiles/needed.ts";
import { migSummary } from "./report/summary.ts";
import { findLocalSmi, noLocalGpu } from "./transport/local.ts";
import type { NvidiaSmi } from "./transport/model.ts";

/**
 * Brings the MIG mode of GPUs to what is wanted, labels the nodes for the dynamic MIG operator, and shows what became of
 * them.
 * @param tell called with the report before anything is thrown
 * @throws UserError for wrong input (nothing is changed then), and for every node that is not as wanted
 */
export async function switchMig(
  options: MigOptions,
  context: Context,
  tell: (report: MigReport) => void,
): Promise<void> {
  checkOptions(options);
  const environment = await readEnvironment(options.config, context);
  const smi = await chooseTransport(options, context);
  const run = { options, environment, context };
  const report = smi ? await changeMachine(run, smi) : await changeCluster(run);
  tell(report);
  context.summary(migSummary(report, environment ? profilesNeeded(environment) : []));
  for (const problem of migWarnings(report)) context.annotate("warning", problem);
  const failure = migFailure(report);
  if (failure) throw failure;
}

async function readEnvironment(config: string, { log }: Context): Promise<Environment | undefined> {
  const cwd = process.cwd();
  if (config === DEFAULT_CONFIG && !existsSync(resolve(cwd, config))) {
    log.info(
      `there is no ${config}: the settings of the GPU operator and what queues ask for are not compared`,
    );
    return undefined;
  }
  return loadEnvironment(config, { cwd });
}

/** nvidia-smi of this machine, when its GPUs are to be changed; undefined for nodes by `kubectl exec`. */
async function chooseTransport(
  { transport, nodes, reboot }: MigOptions,
  context: Context,
): Promise<NvidiaSmi | undefined> {
  if (transport === "exec") return undefined;
  // Who names nodes does not mean the machine the job happens to run on.
  if (transport === "auto" && nodes.length > 0) return undefined;
  const local = await findLocalSmi(context);
  if (!local && transport === "local") throw noLocalGpu();
  if (!local) await currentServer(context).catch(neitherNor);
  if (local && reboot === "allow") throw rebootsItself();
  return local;
}

/** Neither a GPU here nor a cluster elsewhere: most likely the job runs on the wrong machine. */
function neitherNor(thrown: unknown): never {
  if (!(thrown instanceof UserError)) throw thrown;
  const hint =
    "run the job on a GPU runner (`runs-on: [self-hosted, linux, gpu]`), or set KUBECONFIG to change the nodes of a cluster";
  throw new UserError({ message: `${noLocalGpu().message}; and ${thrown.message}`, hint });
}
