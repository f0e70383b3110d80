import type { Addresses } from "./addresses.ts";

/** What a deployment tells its action, as far as it is known. */
export interface DeploymentOutputs {
  changed?: boolean;
  /** Path of the plan file that was written. */
  plan?: string;
  /** Folder with what was kept of a failure. */
  evidence?: string;
  releases?: readonly ReleaseOutput[];
  addresses?: Addresses;
}

export type ReleaseOutput = {
  component: string;
  namespace: string;
  release: string;
  action: string;
  chartVersion: string;
  revision: number;
};
