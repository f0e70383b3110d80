/** Entry of the bundle: every action by its camel-case name. The stubs in `dist/<action>/` import from here. */
import { deployControlPlane } from "./actions/deploy-control-plane.ts";
import { deployTenant } from "./actions/deploy-tenant.ts";
import { detectDrift } from "./actions/detect-drift.ts";
import { lintOverrides } from "./actions/lint-overrides.ts";
import { listTenants } from "./actions/list-tenants.ts";
import { migEnable } from "./actions/mig-enable.ts";
import { setupClearmlHelm } from "./actions/setup-clearml-helm.ts";
import { smokeTestGateway } from "./actions/smoke-test-gateway.ts";
import type { Action } from "./core/action.ts";
import { runCommandLine } from "./core/cli.ts";

export {
  deployControlPlane,
  deployTenant,
  detectDrift,
  lintOverrides,
  listTenants,
  migEnable,
  setupClearmlHelm,
  smokeTestGateway,
};

/** All actions, in the order a platform team meets them. */
export const ACTIONS: readonly Action[] = [
  setupClearmlHelm,
  lintOverrides,
  deployControlPlane,
  deployTenant,
  listTenants,
  migEnable,
  smokeTestGateway,
  detectDrift,
];

/** The command line `clearml-actions`. */
export function cli(): Promise<void> {
  return runCommandLine(ACTIONS, process.argv.slice(2));
}
