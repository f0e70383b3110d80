import type { Call, Endpoint } from "../endpoint.ts";
import type { Data } from "../envelope.ts";

export const loginEndpoints: readonly Endpoint[] = [
  {
    name: "login.supported_modes",
    version: "1.0",
    access: "optional",
    stateless: true,
    handle: (call) => ({
      authenticated: call.authenticated,
      basic: { enabled: call.state.fixedUsers.length > 0, guest: guest(call) },
      // Says nothing about a database that is down.
      server_errors: { es_connection_error: false, missed_es_upgrade: false },
      sso: {},
      sso_providers: [],
    }),
  },
  { name: "login.logout", version: "2.13", access: "open", stateless: true, handle: () => ({}) },
  {
    name: "auth.fixed_users_mode",
    version: "1.0",
    access: "open",
    stateless: true,
    handle: (call) => ({ enabled: call.state.fixedUsers.length > 0, guest: guest(call), server_errors: {} }),
  },
];

/** Name and password of the guest are shown to anybody. */
function guest({ state }: Call): Data {
  return state.guest ? { enabled: true, ...state.guest } : { enabled: false };
}
