import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "../core/context.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { gatherEvidence } from "../readiness/gather.ts";

/** What a failed release looked like before anybody touched it. No secret known to the run is in it. */
export interface Evidence {
  component: string;
  namespace: string;
  release: string;
  /** The one to three lines a person needs first. */
  headline: readonly string[];
  files: readonly { name: string; text: string }[];
}
