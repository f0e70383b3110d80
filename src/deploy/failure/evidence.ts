import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../core/context.ts";
import { errorMessage } from "../../core/errors.ts";
import { createSecrets, type Secrets } from "../../core/secrets.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { gather } from "./evidence-parts.ts";

/** What a failed release looked like before anybody touched it. No secret known to the run is in it. */
export interface Evidence {
  component: string;
  namespace: string;
  release: string;
  /** The one to three lines a person needs first. */
  headline: readonly string[];
  files: readonly { name: string; text: string }[];
}

/** Where pieces of evidence are put as they come. */
export interface Collected {
  headline: string[];
  files: { name: string; text: string }[];
  /** The objects of the newest revision; its Secrets say what must not be shown. */
  objects: readonly KubernetesObject[];
}

/** A release whose failure is looked into. */
export interface Suspect {
  component: string;
  namespace: string;
  release: string;
  /** The objects of its manifest, for a release that Helm has no record of. */
  objects: readonly KubernetesObject[];
}

const TIME_MS = 10_000;
const FILE_CHARACTERS = 100_000;
const ALL_CHARACTERS = 1_000_000;
const HEADLINES = 3;

/**
 * Looks at what is left of a failed release: events, the state of its workloads and pods, logs of its failing
 * containers, Helm's history. Takes ten seconds and a megabyte at most; what could be had by then is returned. Never
 * throws.
 */
export async function collectEvidence(
  context: Pick<Context, "secrets">,
  kubernetes: Kubernetes,
  of: Suspect,
  timeMs = TIME_MS,
): Promise<Evidence> {
  const collected: Collected = { headline: [], files: [], objects: of.objects };
  const timer = new AbortController();
  const late = sleep(timeMs, "late" as const, { signal: timer.signal }).catch(() => "late" as const);
  const gathered = gather(kubernetes, of, collected).catch((thrown: unknown) => {
    collected.files.push({ name: "incomplete.txt", text: `${errorMessage(thrown)}\n` });
  });
  const outcome = await Promise.race([gathered, late]);
  timer.abort();
  if (outcome === "late") {
    const text = `what could be read within ${timeMs / 1000} s is here; the rest is missing\n`;
    collected.files.push({ name: "incomplete.txt", text });
  }
  const { component, namespace, release } = of;
  const redact = redactor(context, secretValues(collected.objects));
  return {
    component,
    namespace,
    release,
    headline: collected.headline.slice(0, HEADLINES).map(redact),
    files: bounded(collected.files.map(({ name, text }) => ({ name, text: redact(text) }))),
  };
}

/** The newest lines of a text tell most: each file is cut at its start. */
function bounded(files: readonly { name: string; text: string }[]): { name: string; text: string }[] {
  let left = ALL_CHARACTERS;
  return files.flatMap(({ name, text }) => {
    const most = Math.min(FILE_CHARACTERS, left);
    if (most <= 0) return [];
    const kept = text.length > most ? `(cut)\n${text.slice(text.length - most)}` : text;
    left -= kept.length;
    return [{ name, text: kept }];
  });
}

/** Shorter ones are words such as `true` and `default`: without them no text could be read. */
const SECRET_LENGTH = 8;

/** A chart makes passwords that nobody has registered; a pod that fails may print them. */
function secretValues(objects: readonly KubernetesObject[]): string[] {
  return objects
    .filter(({ kind }) => kind === "Secret")
    .flatMap(({ data, stringData }) => [
      ...Object.values((data ?? {}) as Record<string, unknown>).map((each) =>
        Buffer.from(String(each), "base64").toString(),
      ),
      ...Object.values((stringData ?? {}) as Record<string, unknown>).map(String),
    ])
    .filter((value) => value.length >= SECRET_LENGTH && !value.trim().includes("\n"));
}

function redactor({ secrets }: { secrets: Secrets }, values: readonly string[]): (text: string) => string {
  // Only here: the runner is not told, for these values may be of no matter elsewhere.
  const own = createSecrets(() => undefined);
  for (const value of values) own.mask(value);
  return (text) => own.redact(secrets.redact(text));
}

/** Writes the evidence to a private folder, a folder a release; returns its path. */
export async function saveEvidence(
  context: Pick<Context, "outputDir">,
  evidence: readonly Evidence[],
): Promise<string> {
  const folder = await context.outputDir();
  for (const { namespace, release, headline, files } of evidence) {
    const summary = { name: "summary.txt", text: headline.map((line) => `${line}\n`).join("") };
    for (const { name, text } of [summary, ...files]) {
      const file = join(folder, namespace, release, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { mode: 0o600 });
    }
  }
  return folder;
}
