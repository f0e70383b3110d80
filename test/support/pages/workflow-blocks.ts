/** Workflows, jobs and steps as pages show them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { fieldInfo } from "../../../src/core/fields.ts";
import { ACTIONS } from "../../../src/index.ts";
import { ROOT } from "./pages.ts";

export interface Step {
  id?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

export interface Job {
  uses?: string;
  permissions?: Record<string, string>;
  steps?: Step[];
  [key: string]: unknown;
}

export interface Workflow {
  on: unknown;
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}

/** The whole workflow for what is one, or a part of one; undefined for what is not. */
export function workflowOf(value: unknown): Workflow | undefined {
  if (Array.isArray(value)) {
    return value.length > 0 && value.every(isStep) ? aroundJob({ steps: value as Step[] }) : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const map = value as Partial<Workflow> & Job;
  if (map.jobs) return { on: "workflow_dispatch", ...map, jobs: map.jobs };
  return Array.isArray(map.steps) ? aroundJob(map) : undefined;
}

function isStep(value: unknown): boolean {
  return typeof value === "object" && value !== null && ("uses" in value || "run" in value);
}

function aroundJob(job: Job): Workflow {
  return { on: "workflow_dispatch", jobs: { example: { "runs-on": "ubuntu-24.04", ...job } } };
}

/** What is wrong with a workflow beyond what its parser and linter say. */
export function workflowProblems(workflow: Workflow): string[] {
  return [
    ...Object.values(workflow.jobs).flatMap((job) => [...callProblems(job), ...jobProblems(job)]),
    ...rightProblems(workflow),
  ];
}

function callProblems({ uses }: Job): string[] {
  const [, file] = /^clearml\/actions\/(.+)@v1$/.exec(uses ?? "") ?? [];
  return file && !existsSync(join(ROOT, file)) ? [`${uses} does not exist`] : [];
}

function jobProblems(job: Job): string[] {
  const steps = job.steps ?? [];
  const ids = new Map(steps.map((step) => [step.id, definitionOf(step)]));
  const named = [...JSON.stringify(job).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)];
  const unknown = named.filter(([, id = "", output = ""]) => {
    const definition = ids.get(id);
    return !ids.has(id) || (definition && !(output in definition.outputs.shape));
  });
  return [...steps.flatMap(stepProblems), ...unknown.map(([text]) => `there is no ${text}`)];
}

/** Whether an action of ours would take what the step gives it. */
function stepProblems(step: Step): string[] {
  const { uses, with: given = {} } = step;
  if (!uses?.startsWith("clearml/")) return [];
  const definition = definitionOf(step);
  if (!definition) return [`${uses} is no action of ours at @v1 or at a commit`];
  const fields = definition.inputs.shape as Record<string, z.ZodType>;
  return Object.entries({ ...Object.fromEntries(required(fields)), ...given }).flatMap(([name, value]) =>
    inputProblem(`${uses}: input ${name}`, fields[name], value),
  );
}

/** Required inputs, not given as yet. */
function required(fields: Record<string, z.ZodType>): [string, undefined][] {
  return Object.entries(fields).flatMap(([name, field]) =>
    fieldInfo(field).required ? [[name, undefined]] : [],
  );
}

function inputProblem(what: string, field: z.ZodType | undefined, value: unknown): string[] {
  if (!field) return [`${what} does not exist`];
  if (value === undefined) return [`${what} is missing`];
  const isExpression = String(value).includes("${{");
  if (fieldInfo(field).secret && !isExpression) return [`${what} is a secret and stands there in clear text`];
  // What an expression gives, nobody knows before the run.
  return isExpression || field.safeParse(String(value)).success ? [] : [`${what} does not take ${value}`];
}

/** No page grants a right that none of the actions it shows has a use for. */
function rightProblems({ permissions = {}, jobs }: Workflow): string[] {
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
  const definitions = steps.flatMap((step) => definitionOf(step) ?? []);
  if (definitions.length === 0) return [];
  const useful = new Set(
    definitions.flatMap((each) => each.permissions.map(({ scope, access }) => `${scope}: ${access}`)),
  );
  const granted = [permissions, ...Object.values(jobs).map((job) => job.permissions ?? {})];
  return granted
    .flatMap((each) => Object.entries(each).map(([scope, access]) => `${scope}: ${access}`))
    .filter((right) => !useful.has(right))
    .map((right) => `nothing here needs ${right}`);
}

function definitionOf({ uses }: Step) {
  const [, name] = /^clearml\/([\w-]+)@(?:v1|[0-9a-f]{40})$/.exec(uses ?? "") ?? [];
  return ACTIONS.find(({ definition }) => definition.name === name)?.definition;
}
