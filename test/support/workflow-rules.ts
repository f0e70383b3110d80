/** What every workflow of this repository keeps to, beyond what actionlint and zizmor look at. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Document, isMap, isScalar, type Pair, parse, parseDocument, type Scalar, visit } from "yaml";

import type { TokenRight } from "../../src/core/token-rights.ts";

const ROOT = resolve(import.meta.dirname, "../..");

type Rights = Record<string, "read" | "write" | "none">;

interface Job {
  uses?: string;
  with?: Record<string, unknown>;
  secrets?: Record<string, string> | "inherit";
  permissions?: Rights;
  "timeout-minutes"?: number;
  steps?: Step[];
}

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Workflow {
  on: unknown;
  permissions?: Rights;
  jobs: Record<string, Job>;
}

/** What a workflow does that it should not; empty when it keeps to everything. */
export function complaints(text: string): string[] {
  const document = parseDocument(text);
  const workflow = document.toJS() as Workflow;
  const jobs = Object.entries(workflow.jobs);
  return [
    ...headComplaints(text, workflow),
    ...pinComplaints(document),
    ...rightComplaints(document),
    ...jobs.flatMap(([name, job]) => {
      const rights = job.permissions ?? workflow.permissions ?? {};
      return jobComplaints(job, rights).map((complaint) => `job ${name}: ${complaint}`);
    }),
    ...reasonComplaints(text),
  ];
}

function headComplaints(text: string, workflow: Workflow): string[] {
  const found: string[] = [];
  if (!text.startsWith("# ")) found.push("begin with a comment that says what this workflow does");
  if (workflow.permissions === undefined) found.push("declare `permissions` at the top, such as `{}`");
  if (/\bpull_request_target\b/.test(JSON.stringify(workflow.on))) {
    found.push("`pull_request_target` hands secrets to what strangers write");
  }
  return found;
}

/** `owner/name@commit # v1.2.3` of actions that are not ours. */
export function thirdPartyPins(text: string): { uses: string; version: string }[] {
  return usesOf(parseDocument(text))
    .filter(({ uses }) => !/^(clearml\/|\.\/)/.test(uses))
    .map(({ uses, comment }) => ({ uses, version: comment.trim() }));
}

function usesOf(document: Document): { uses: string; comment: string }[] {
  const found: { uses: string; comment: string }[] = [];
  visit(document, {
    Pair(_, { key, value }: Pair) {
      if (isScalar(key) && key.value === "uses" && isScalar(value)) {
        found.push({ uses: String(value.value), comment: value.comment ?? "" });
      }
    },
  });
  return found;
}

function pinComplaints(document: Document): string[] {
  return thirdPartyPins(document.toString({ lineWidth: 0 }))
    .filter(({ uses, version }) => !/@[0-9a-f]{40}$/.test(uses) || !/^v\d+\.\d+\.\d+$/.test(version))
    .map(({ uses }) => `pin ${uses} to a commit, with its version behind it: # v1.2.3`);
}

/** Every right says what it is for; to read the files needs no words. */
function rightComplaints(document: Document): string[] {
  const found: string[] = [];
  visit(document, {
    Pair(_, { key, value }: Pair) {
      if (!(isScalar(key) && key.value === "permissions")) return;
      if (!isMap(value)) found.push("`permissions` is a list of single rights, not all of them");
      else for (const item of value.items) found.push(...unexplained(item as Pair<Scalar, Scalar>));
    },
  });
  return found;
}

function unexplained({ key, value }: Pair<Scalar, Scalar>): string[] {
  const right = `${key.value}: ${value?.value}`;
  if (right === "contents: read" || (value?.comment ?? "").trim().length > 5) return [];
  return [`say behind \`${right}\` what the right is for`];
}

function jobComplaints(job: Job, rights: Rights): string[] {
  if (job.uses) return callComplaints(job.uses, job, rights);
  return [
    ...(job["timeout-minutes"] === undefined ? ["set `timeout-minutes`"] : []),
    ...(job.steps ?? []).flatMap(stepComplaints),
  ];
}

function stepComplaints({ uses = "", with: given = {} }: Step): string[] {
  if (uses.startsWith("actions/checkout@") && given["persist-credentials"] !== false) {
    return ["check out with `persist-credentials: false`"];
  }
  const own = /^(?:clearml\/([\w-]+)@v1|\.\/actions\/([\w-]+))$/.exec(uses);
  if (own) return interfaceComplaints(uses, join("actions", own[1] ?? own[2] ?? "", "action.yml"), given);
  return uses.startsWith("clearml/") ? [`${uses} is no action of ours at @v1`] : [];
}

/** A workflow of ours that is called, from here or by its full name. */
function callComplaints(uses: string, job: Job, rights: Rights): string[] {
  const [, file = ""] =
    /^(?:\.\/|clearml\/actions\/)(\.github\/workflows\/[\w-]+\.yml)(?:@v1)?$/.exec(uses) ?? [];
  // Below .github/workflows/ in the repository of whoever copies it.
  const copied = file.replace(".github/workflows/", "workflows-examples/");
  const path = join(ROOT, uses.startsWith("./") && !existsSync(join(ROOT, file)) ? copied : file);
  if (file === "" || !existsSync(path)) return [`${uses} does not exist`];
  const called = parse(readFileSync(path, "utf8")) as Workflow & {
    on: { workflow_call?: { inputs?: Inputs; secrets?: Inputs } };
  };
  const { inputs = {}, secrets = {} } = called.on.workflow_call ?? {};
  return [
    ...nameComplaints(uses, "input", inputs, job.with ?? {}),
    ...(job.secrets === "inherit" ? [] : nameComplaints(uses, "secret", secrets, job.secrets ?? {})),
    // GitHub refuses the whole run when a called job asks for more than the calling one may.
    ...Object.values(called.jobs).flatMap((each) => rightsMissing(each.permissions ?? {}, rights)),
  ];
}

function rightsMissing(asked: Rights, granted: Rights): string[] {
  return Object.entries(asked)
    .filter(([name, right]) => right !== granted[name] && !(right === "read" && granted[name] === "write"))
    .map(([name, right]) => `grant \`${name}: ${right}\``);
}

function interfaceComplaints(uses: string, file: string, given: Record<string, unknown>): string[] {
  if (!existsSync(join(ROOT, file))) return [`${uses} does not exist`];
  const { inputs } = parse(readFileSync(join(ROOT, file), "utf8")) as { inputs: Inputs };
  return nameComplaints(uses, "input", inputs, given);
}

function nameComplaints(uses: string, what: string, known: Inputs, given: Record<string, unknown>): string[] {
  const unknown = Object.keys(given).filter((name) => !(name in known));
  const missing = Object.keys(known).filter((name) => known[name]?.required && !(name in given));
  return [
    ...unknown.map((name) => `${uses} has no ${what} \`${name}\``),
    ...missing.map((name) => `${uses} needs the ${what} \`${name}\``),
  ];
}

/** Rights that our actions say they need with the inputs they are given, and that the job does not grant. */
export function missingRights(text: string, needs: ReadonlyMap<string, readonly TokenRight[]>): string[] {
  const { jobs, permissions = {} } = parse(text) as Workflow;
  return Object.entries(jobs).flatMap(([name, job]) =>
    (job.steps ?? []).flatMap(({ uses = "", with: given = {} }) => {
      const rights = needs.get(uses.replace(/^clearml\/|@v1$/g, "")) ?? [];
      const asked = rights.filter(({ when }) => when === undefined || isAsked(when, given));
      const entries = asked.map(({ scope, access }) => [scope, access]);
      return rightsMissing(Object.fromEntries(entries), job.permissions ?? permissions).map(
        (complaint) => `job ${name}: ${uses}: ${complaint}`,
      );
    }),
  );
}

/** Whether "with `issue: manage`" or "with `suggest`" is so; other words are left to whoever reads them. */
function isAsked(when: string, given: Record<string, unknown>): boolean {
  return [...when.matchAll(/`([\w-]+)(?:: (\w+))?`/g)].some(([, input = "", value]) => {
    const is = given[input];
    return value === undefined ? is !== undefined && is !== false && is !== "false" : is === value;
  });
}

type Inputs = Record<string, { required?: boolean }>;

/** What a linter is told to pass over has a reason behind it. */
function reasonComplaints(text: string): string[] {
  const silenced = /# (?:zizmor: ignore\[[\w, -]*\]|shellcheck disable=[\w,]+)(.*)$/gm;
  return [...text.matchAll(silenced)]
    .filter(([, reason = ""]) => reason.trim().split(/\s+/).length < 3)
    .map(([whole]) => `say why behind \`${whole.trim()}\``);
}
