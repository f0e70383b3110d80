import type { Endpoint } from "../endpoint.ts";
import { enterpriseEndpoints } from "../enterprise.ts";
import type { Edition } from "../state.ts";
import { authEndpoints } from "./auth.ts";
import { credentialEndpoints } from "./credentials.ts";
import { debugEndpoints } from "./debug.ts";
import { eventEndpoints } from "./events.ts";
import { loginEndpoints } from "./login.ts";
import { organizationEndpoints } from "./organization.ts";
import { queueEntryEndpoints } from "./queue-entries.ts";
import { queueEndpoints } from "./queues.ts";
import { serverEndpoints } from "./server.ts";
import { taskStatusEndpoints } from "./task-status.ts";
import { taskEndpoints } from "./tasks.ts";
import { userEndpoints } from "./users.ts";
import { workerEndpoints } from "./workers.ts";

/** All endpoints a server of this edition has. */
export function endpointsOf(edition: Edition): readonly Endpoint[] {
  return [
    ...debugEndpoints,
    ...loginEndpoints,
    ...authEndpoints,
    ...credentialEndpoints,
    ...userEndpoints,
    ...queueEndpoints,
    ...queueEntryEndpoints,
    ...taskEndpoints,
    ...taskStatusEndpoints,
    ...workerEndpoints,
    ...eventEndpoints,
    ...serverEndpoints,
    ...organizationEndpoints,
    ...(edition === "enterprise" ? enterpriseEndpoints : []),
  ];
}
