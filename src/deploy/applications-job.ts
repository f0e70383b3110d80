import { supervisorCredentials } from "../applications/credentials.ts";
import {
  type ApplicationsPlan,
  planApplications,
  type UploadOptions,
  type UploadResult,
  uploadApplications,
} from "../applications/upload.ts";
import { code, details, table } from "../core/markdown.ts";
import type { ComponentUse } from "../environment/model.ts";
import { type Values, valueAt } from "../overrides/values.ts";
import { placeholdersFor } from "./placeholders.ts";
import { type ComponentJob, needsOf } from "./run-deployment.ts";
import type { ClusterSession } from "./session.ts";
import { readSharedSecrets } from "./shared-secrets.ts";

/** What the upload takes from the control plane. */
export interface ApplicationsTarget {
  /** Address of the API server as the runner reaches it. */
  apiUrl: string;
  /** The control plane's values, secrets filled in. */
  controlPlane: Values;
}

const SERVER_NAMESPACE = "clearml";

/**
 * The job that uploads ClearML's applications. They are uploaded by the supervisor where the control plane's values
 * name one: an administrator. Else by the server's own system key, which the cluster keeps.
 */
export function applicationsJob(
  session: ClusterSession,
  use: ComponentUse,
  target: ApplicationsTarget,
): ComponentJob {
  return {
    id: use.id,
    needs: needsOf(use),
    about: { place: target.apiUrl, what: "applications", action: "upgrade", reasons: [] },
    async run() {
      const started = Date.now();
      const { context, timeoutMs } = session;
      warnSwitchedOff(session, use, target.controlPlane);
      const login = await credentialsFor(session, target.controlPlane);
      const result = await uploadApplications(session, use, {
        ...placeOf(session, use, target),
        ...login,
        timeoutMs,
      });
      context.summary(uploadSummary(result, use));
      return {
        changed: result.changed,
        what: `${result.uploaded.length} applications`,
        phases: [{ name: "upgrade", milliseconds: Date.now() - started }],
      };
    },
  };
}

/** What the job would do. Nothing is written, and no script is run. */
export function planApplicationsUpload(
  session: ClusterSession,
  use: ComponentUse,
  target: ApplicationsTarget,
): Promise<ApplicationsPlan> {
  return planApplications(session, use, placeOf(session, use, target));
}

/** Says in the job summary what the job would do. */
export async function showUploadPlan(
  session: ClusterSession,
  use: ComponentUse,
  target: ApplicationsTarget,
): Promise<ApplicationsPlan> {
  const plan = await planApplicationsUpload(session, use, target);
  const { action, reasons, applications } = plan;
  const rows = applications.map(({ id, version }) => [id, version]);
  const todo = action === "upload" ? `to upload (${reasons.join(", ")})` : "unchanged";
  session.context.log.info(`${use.id}: ${applications.length} applications ${todo}`);
  session.context.summary(
    details(`${applications.length} applications ${todo}`, table(["Application", "Version"], rows)),
  );
  return plan;
}

function placeOf(
  { environment, secrets }: ClusterSession,
  use: ComponentUse,
  { apiUrl }: ApplicationsTarget,
): Pick<UploadOptions, "apiUrl" | "namespace" | "names"> {
  const server = environment.components.find((each) => each.id === "control-plane");
  return {
    apiUrl,
    namespace: server?.namespace ?? SERVER_NAMESPACE,
    names: placeholdersFor(use, environment, secrets),
  };
}

async function credentialsFor(
  session: ClusterSession,
  controlPlane: Values,
): Promise<Pick<UploadOptions, "credentials" | "credentialSource">> {
  const supervisor = supervisorCredentials(controlPlane);
  if (supervisor) {
    const credentialSource =
      "CLEARML__secure__credentials__supervisor__user_key and …__user_secret of the API server";
    return { credentials: supervisor, credentialSource };
  }
  const { system, source } = await readSharedSecrets(session, controlPlane);
  return { credentials: system, credentialSource: source };
}

/** The server then takes the applications, but nothing runs them. */
function warnSwitchedOff({ context }: ClusterSession, use: ComponentUse, controlPlane: Values): void {
  if (valueAt(controlPlane, ["clearmlApplications", "enabled"]) !== false) return;
  context.annotate("warning", {
    message:
      "applications are uploaded, but `clearmlApplications.enabled` of component control-plane is false: nothing runs them",
    hint: "set it to true, or leave component applications out",
    at: use.at,
  });
}

/** What was uploaded, and what has to be copied for it. */
function uploadSummary({ changed, uploaded, images }: UploadResult, use: ComponentUse): string {
  const applications = table(
    ["Application", "Version"],
    uploaded.map(({ id, version }) => [id, version]),
  );
  const copies = table(
    ["Image", "Copy to"],
    images.map(({ source, target }) => [code(source), code(target)]),
  );
  return [
    details(`${uploaded.length} applications ${changed ? "uploaded" : "unchanged"}`, applications),
    ...(images.length > 0
      ? [details(`${images.length} images to copy to ${use.imageRegistry}`, copies)]
      : []),
  ].join("\n\n");
}
