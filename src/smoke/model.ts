import type { Credentials } from "../clearml/api.ts";
import type { Context } from "../core/context.ts";
import type { ComponentUse, Environment } from "../environment/model.ts";
import type { Kubernetes } from "../kubernetes/api.ts";

/** `info`: neither good nor bad, or not for us to judge. `skip`: not looked at, with the reason. */
export type SmokeStatus = "pass" | "fail" | "skip" | "info";

/** What one check has found. */
export interface SmokeResult {
  status: SmokeStatus;
  /** What was seen, in a sentence. No secret. */
  detail: string;
  /** What repairs it; only where it failed, or may soon. */
  hint?: string;
}

export type SmokeGroup = "outside" | "inside" | "end-to-end";

/** One thing that is tried at a gateway. */
export interface SmokeCheck {
  /** Kebab-case; what the `checks` input and the report call it. */
  name: string;
  group: SmokeGroup;
  /** What passing means, in one line, for the docs. */
  proves: string;
  /** Checks without which this one says nothing: when one of them has failed, this one is skipped. */
  after?: readonly string[];
  /** Starts when all others of its group have ended, whatever came of them, also when time is up or the run cancelled. */
  lastly?: true;
  /** Looks. May throw: then it failed, with the words of the error. */
  run(probe: Probe): Promise<SmokeResult>;
}

/** The gateway under test, as far as files and inputs tell of it. */
export interface SmokeTarget {
  /** What people open; the path is `/` unless it was given. */
  url: URL;
  /** Undefined for a gateway that is named by its address alone. */
  use?: ComponentUse;
  environment?: Environment;
  tenant?: string;
  /** Values of the gateway's release with every placeholder that can be told without its secrets. */
  values: Readonly<Record<string, unknown>>;
  /** Reached at a port of the nodes, not through an Ingress. */
  nodePort: boolean;
  /** Such as `https://api.ml.example.com`; undefined when nobody says. */
  apiUrl?: string;
  /** Where people log in. */
  appUrl?: string;
  /** Name of the session cookie that the gateway looks for, where files say so. */
  cookieName?: string;
  /** Domain for which the control plane sets its cookie, where files say so. */
  cookieDomain?: string;
  /** Sessions without HTTP. */
  streams?: { host: string; start: number; end: number };
}

/** What checks work with. */
export interface Probe {
  target: SmokeTarget;
  context: Context;
  /** Aborted when the time of the whole test is up, or the run is cancelled. */
  signal: AbortSignal;
  /** When the time is up, in milliseconds since 1970. */
  deadline: number;
  /** The cluster of the kubeconfig; undefined without one. */
  kubernetes?: Kubernetes;
  /** A key pair of the tenant: from the inputs, or from its namespace. Masked. */
  credentials(): Promise<Credentials | undefined>;
  options: {
    /** Requests whose times are measured. */
    requests: number;
    /** Fewer days left of a certificate are a failure. */
    tlsDays: number;
    /** The queue of the end-to-end test. */
    queue?: string;
  };
}

/** A check in the report. */
export interface SmokeEntry extends SmokeResult {
  name: string;
  durationMs: number;
}

export interface SmokeReport {
  version: 1;
  /** The address. */
  target: string;
  passed: boolean;
  checks: readonly SmokeEntry[];
}
