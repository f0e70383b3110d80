import { DEFAULT_COMPANY } from "../state.ts";
import type { Bench } from "./bench.ts";
import { substituted } from "./bindings.ts";

/** What the recorders did between the recordings without recording it, by the recording it comes before. */
export const ARRANGEMENTS: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  "auth.login/bearer-expired": async (bench) => bench.wait(2000),
  "auth.revoke_credentials/good": (bench) => loginAs(bench, "new2", "new2"),
  // Between the two role changes.
  "auth.edit_user/role-back": (bench) => loginAs(bench, "new5", "superuser"),
  // The recorded answer says that the user had this role already.
  "auth.edit_user/role-same": async (bench) => {
    const user = substituted(bench.bindings, "bf7a44d677fb4a4bba5517196d0de36d");
    await bench.call("auth.edit_user", { user, role: "superuser" });
  },
  "queues.get_default/two-defaults": async (bench) => {
    await create(bench, "queues.create", { name: "second", system_tags: ["default"] }, SECOND_DEFAULT);
  },
  "queues.get_default/good": async (bench) => {
    await bench.call("queues.delete", { queue: bench.bindings.ids.get(SECOND_DEFAULT) });
  },
  "tasks.delete/created": async (bench) => {
    await create(
      bench,
      "tasks.create",
      { name: "smoke 3", type: "training" },
      "0d85c6de8ca746199fc8321178243b6d",
    );
  },
  "second-company/queue-same-name-2": async (bench) => {
    await bench.call("queues.create", { name: "shared-name" });
  },
  "outage/database-down": async (bench) => {
    bench.api.state.databaseDown = true;
  },
  "auth.create_credentials/for-forwarded": async (bench) => {
    const user = { name: "Forwarded", email: "forwarded@example.com", company: DEFAULT_COMPANY };
    await create(bench, "auth.create_user", user, "accf2e2954de4635abf2fe98ef4979a9");
  },
  "tasks.edit/runtime-second": async (bench) => {
    const task = { type: "training", runtime: { a: "1" } };
    await create(bench, "tasks.create", { ...task, name: "runtime one" }, "c30d75e81243471d8ceaf71e9042c7ed");
    const other = { type: "training", runtime: { c: "3" } };
    await create(
      bench,
      "tasks.create",
      { ...other, name: "runtime two" },
      "be44318945544a21b78139abd3bbe7a2",
    );
  },
  "outage/supported_modes": async (bench) => {
    await loginAs(bench, "system", "system");
    bench.api.state.databaseDown = true;
  },
};

const SECOND_DEFAULT = "826669c9083343e982061bf920be0eef";
const [SYSTEM, ADMIN, RENEWED] = ["auth.login/system-key", "auth.login/admin-key", "auth.login/bearer-renew"];

/**
 * Which token `<jwt>` is, by recording: the recording that answered it, or a name given by an arrangement. In the
 * body only where it differs.
 */
export const TOKENS: Readonly<Record<string, { header: string; body?: string }>> = {
  "auth.login/bearer-renew": { header: ADMIN },
  "auth.login/bearer-foreign-signature": { header: "foreign" },
  "auth.login/bearer-expired": { header: "auth.login/expiration_sec" },
  "auth.login/cookie": { header: ADMIN },
  "auth.login/cookie-and-bad-header": { header: ADMIN },
  "auth.validate_token/by-system": { header: SYSTEM, body: ADMIN },
  "auth.validate_token/by-system-bad-token": { header: SYSTEM },
  "auth.validate_token/by-admin": { header: ADMIN, body: ADMIN },
  "auth.get_token_for_user/by-system": { header: SYSTEM },
  "auth.get_token_for_user/by-admin": { header: ADMIN },
  "auth.logout/bearer": { header: RENEWED },
  "auth.logout/token-after-logout": { header: RENEWED },
  "users.get_current_user/stale-token": { header: "superuser" },
  "server.info/token-of-revoked-key": { header: "new2" },
  "server.info/guest-bearer": { header: "auth.login/guest" },
  "queues.create/guest-bearer": { header: "auth.login/guest" },
  "outage/server.info-bearer": { header: "system" },
};

async function loginAs(bench: Bench, who: string, tokenName: string): Promise<void> {
  const { token } = (await bench.call("auth.login", {}, who)) as { token: string };
  bench.tokens.set(tokenName, token);
}

/** Makes something and lets its id stand for the recorded one. */
async function create(bench: Bench, endpoint: string, body: object, recordedId: string): Promise<void> {
  const { id } = (await bench.call(endpoint, body)) as { id: string };
  bench.bindings.ids.set(recordedId, id);
}
