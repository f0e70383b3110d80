import { type Call, type Endpoint, text } from "../endpoint.ts";
import { type Data, uncaught } from "../envelope.ts";
import { isMap, valueAt } from "../listing.ts";
import { text as textField } from "../schema.ts";
import { API_VERSION, type Role, SERVER_VERSION, type State } from "../state.ts";
import { COOKIE_NAME, DEFAULT_LIFETIME_S, MAX_LIFETIME_S } from "../tokens.ts";

const SERVER_ROLES: readonly Role[] = ["root", "system"];
const INFO = { version: SERVER_VERSION, build: "", commit: "" };

export const serverEndpoints: readonly Endpoint[] = [
  { name: "server.info", version: "1.0", access: "user", stateless: true, handle: () => INFO },
  {
    name: "server.info",
    version: "2.8",
    access: "user",
    stateless: true,
    handle: ({ state }) => ({ ...INFO, uid: state.uid }),
  },
  {
    name: "server.info",
    version: "2.12",
    access: "user",
    stateless: true,
    handle: () => ({ ...INFO, api_version: API_VERSION }),
  },
  {
    name: "server.config",
    version: "1.0",
    access: SERVER_ROLES,
    fields: { path: textField },
    handle: config,
  },
  {
    name: "server.endpoints",
    version: "1.0",
    access: SERVER_ROLES,
    handle: ({ endpoints }) => ({ endpoints: described(endpoints) }),
  },
];

function config({ state, body }: Call): Data {
  const tree = configuration(state);
  const path = text(body, "path");
  if (path === "") {
    const { secure: _, ...open } = tree;
    return open;
  }
  const value = valueAt(tree, path);
  if (isMap(value)) return value;
  throw uncaught(`"Unable to find value for key '${path}' and default value was not provided."`);
}

/** A path reaches `secure` too, and the passwords of fixed users: only the whole tree is without it. */
function configuration(state: State): Data {
  const { fixedUsers, guest } = state;
  return {
    logging: {},
    hosts: { mongo: {}, redis: {}, elastic: {} },
    services: {},
    apiserver: {
      auth: {
        verify_user_tokens: false,
        delete_missing_autocreated_users: true,
        max_expiration_sec: MAX_LIFETIME_S,
        default_expiration_sec: DEFAULT_LIFETIME_S,
        session_auth_cookie_name: COOKIE_NAME,
        cookies: { httponly: true, secure: false, domain: null, samesite: "Lax", max_age: 99_999_999_999 },
        fixed_users: {
          enabled: fixedUsers.length > 0,
          pass_hashed: false,
          users: fixedUsers,
          ...(guest ? { guest: { enabled: true, ...guest } } : {}),
        },
      },
    },
    secure: { http: { session_secret: { apiserver: state.sessionSecret } } },
  };
}

/** Names and versions; the real server prints the request schemas too. */
function described(endpoints: readonly Endpoint[]): Data {
  const result: Record<string, Data[]> = {};
  for (const { name, version } of endpoints.toReversed()) {
    const entry = {
      min_version: version,
      required_fields: null,
      request_data_model: null,
      response_data_model: null,
    };
    result[name] = [...(result[name] ?? []), entry];
  }
  return result;
}
