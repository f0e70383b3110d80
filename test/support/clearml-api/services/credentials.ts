import { type Call, type Endpoint, text } from "../endpoint.ts";
import { type Data, refusal } from "../envelope.ts";
import { requiredText, text as textField } from "../schema.ts";
import { type Credential, type Login, newCredential, type State, timestamp } from "../state.ts";

const WRONG_KEY = "invalid user or invalid access key";

export const credentialEndpoints: readonly Endpoint[] = [
  {
    name: "auth.create_credentials",
    version: "1.0",
    access: "user",
    fields: { label: textField },
    handle: createCredentials,
  },
  {
    name: "auth.get_credentials",
    version: "1.0",
    access: "user",
    handle: (call) => ({
      credentials: ownLogin(call)?.credentials.map((each) => shown(call.state, each)) ?? [],
    }),
  },
  {
    name: "auth.edit_credentials",
    version: "1.0",
    access: "user",
    fields: { access_key: requiredText, label: textField },
    handle: editCredentials,
  },
  {
    name: "auth.revoke_credentials",
    version: "1.0",
    access: "user",
    fields: { access_key: requiredText },
    handle: revokeCredentials,
  },
];

/** Each call makes another pair, also under a label that exists. */
function createCredentials(call: Call): Data {
  const login = changeableLogin(call);
  const label = text(call.body, "label");
  const created: Credential = { ...newCredential(), ...(label ? { label } : {}) };
  login.credentials.push(created);
  const { accessKey: access_key, secretKey: secret_key } = created;
  return { credentials: { access_key, secret_key, ...(label ? { label } : {}) } };
}

function editCredentials(call: Call): Data {
  const access_key = text(call.body, "access_key");
  const known = ownLogin(call)?.credentials.find((each) => each.accessKey === access_key);
  const { user, company } = call.identity;
  if (!known) throw refusal(400, 75, WRONG_KEY, { user, access_key, company });
  const label = text(call.body, "label");
  const updated = known.label === label ? 0 : 1;
  known.label = label;
  return { updated };
}

function revokeCredentials(call: Call): Data {
  const login = changeableLogin(call);
  const key = text(call.body, "access_key");
  const at = login.credentials.findIndex((each) => each.accessKey === key);
  if (at < 0) {
    throw refusal(400, 300, WRONG_KEY, { id: login.id, company: login.company, credentials__key: key });
  }
  login.credentials.splice(at, 1);
  return { revoked: 1 };
}

function ownLogin({ state, identity }: Call): Login | undefined {
  return state.logins.get(identity.user);
}

function changeableLogin(call: Call): Login {
  const login = ownLogin(call);
  if (!login) throw refusal(400, 301, undefined, { id: call.identity.user, company: call.identity.company });
  if (login.protected) throw refusal(400, 301, "protected identity");
  return login;
}

/** Secrets are never shown again; this is the one place where times have no zone. */
function shown(state: State, { accessKey, label, lastUsed, lastUsedFrom }: Credential): Data {
  return {
    access_key: accessKey,
    ...(label ? { label } : {}),
    ...(lastUsed === undefined ? {} : { last_used: timestamp(state, lastUsed).replace("+00:00", "") }),
    ...(lastUsedFrom === undefined ? {} : { last_used_from: lastUsedFrom }),
  };
}
