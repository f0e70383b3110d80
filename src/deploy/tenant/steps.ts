import type { Plan } from "../../plan/model.ts";
import { changes, type TenantStep } from "../../tenant/model.ts";

type PlannedStep = Plan["tenants"][number]["steps"][number];

/** What is to be done at the API server, as a plan says it. What is as it should be is left out. */
export function plannedSteps(steps: readonly TenantStep[]): PlannedStep[] {
  return steps.filter(changes).map((step) => ({ action: step.action, what: whatOf(step) }));
}

function whatOf(step: TenantStep): string {
  switch (step.kind) {
    case "company":
      return `company "${step.name}"`;
    case "admin":
      return `administrator ${step.email}`;
    case "credentials":
      return `credentials ${step.label} (${step.reason})`;
    case "domains":
      return `domains ${step.domains.join(", ") || "none"} (${step.reason})`;
    case "queues":
      return `queues ${step.queues.join(", ")}`;
  }
}
