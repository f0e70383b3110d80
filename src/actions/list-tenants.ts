import { z } from "zod";
import { action } from "../core/action.ts";
import { UserError } from "../core/errors.ts";
import { choice, flag, lines, text, wholeNumber } from "../core/fields.ts";
import { CHECKOUT } from "../core/token-rights.ts";
import { parseBudget } from "../fleet/budget.ts";
import { type ErrorBudget, WAVES } from "../fleet/model.ts";

export const listTenants = action({
  name: "list-tenants",
  description:
    "Lists tenants as jobs of a matrix, by waves, and decides between the waves whether a roll-out goes on",
  inputs: z.object({
    config: text("Path of the environment file").prefault("clearml.yaml"),
    tenants: lines(
      "Only these tenants, one per line; `*` stands for any characters; all when left out",
    ).prefault(""),
    "changed-since": text(
      "Git reference, such as the commit deployed last: only tenants that changes since reach; needs the history",
    ).optional(),
    "with-gateway": flag("Only tenants that have a gateway, for `smoke-test-gateway`").prefault("false"),
    canary: lines(
      "Tenants that go first, one per line, `*` allowed; when none of them is listed, one tenant is chosen",
    ).prefault(""),
    wave: choice(
      "Only this wave: `canary`, `5` (up to 5 % of the fleet), `25` or `rest`; with `results` the wave that is over",
      WAVES,
    ).optional(),
    shards: wholeNumber("Most jobs of all waves together; GitHub makes at most 256").prefault("256"),
    "per-shard": wholeNumber("Tenants per job; more where there would be too many jobs").prefault("20"),
    "error-budget": budget("How many tenants may fail: `2 %` of those deployed so far, or a number").prefault(
      "2 %",
    ),
    results: text(
      "Folder with the file of the output `fleet` and the results of the jobs: decide whether the roll-out goes on",
    ).optional(),
    smoke: flag("With `results`: whether the gateways of deployed tenants have to answer").prefault("true"),
  }),
  outputs: z.object({
    tenants: z.looseObject({}).meta({
      description:
        "The jobs for `strategy.matrix`: `shard`, `wave`, `tenants` (one per line), `count`, `maxFailures`",
    }),
    count: z.number().meta({ description: "Number of tenants; with `results` of those whose wave is over" }),
    waves: z.looseObject({}).meta({ description: "The jobs for `strategy.matrix` by wave (JSON)" }),
    removed: z
      .array(z.string())
      .meta({ description: "Tenants whose files went away since `changed-since` (JSON list)" }),
    fleet: z.string().meta({ description: "Path of a file for `results`: every tenant with wave and job" }),
    failed: z.number().meta({ description: "With `results`: number of tenants that failed so far" }),
  }),
  permissions: [CHECKOUT],
  examples: [
    { does: "List all tenants in waves", inputs: {} },
    { does: "Only those that the last commit reaches", inputs: { "changed-since": "HEAD~1" } },
  ],
  async run(inputs, context, outputs) {
    const { results, wave, smoke } = inputs;
    if (results !== undefined) {
      if (wave === undefined) {
        throw new UserError({
          message: "input `results` needs `wave`",
          hint: `name the wave that is over: ${WAVES.join(", ")}`,
        });
      }
      const { passGate } = await import("../fleet/gate.ts");
      await passGate({ results, wave, smoke }, process.cwd(), context, (known) => {
        Object.assign(outputs, known);
      });
      return undefined;
    }
    const options = {
      ...inputs,
      changedSince: inputs["changed-since"],
      withGateway: inputs["with-gateway"],
      perShard: inputs["per-shard"],
      budget: inputs["error-budget"],
    };
    const { listTenants: list } = await import("../fleet/list.ts");
    const listed = await list(options, process.cwd(), context);
    Object.assign(outputs, listed);
    return undefined;
  },
});

function budget(description: string) {
  return z
    .string()
    .transform((value, context): ErrorBudget => {
      const parsed = parseBudget(value);
      if (parsed) return parsed;
      context.addIssue({ code: "custom", message: "expected a share such as `2 %` or a number of tenants" });
      return z.NEVER;
    })
    .meta({ description });
}
