import { type ClearmlApi, type ClearmlApiOptions, startClearmlApi } from "../server.ts";
import { DEFAULT_COMPANY, GUEST_COMPANY, newCredential } from "../state.ts";
import type { Bindings } from "./bindings.ts";
import { sent } from "./send.ts";

/** One run: a server started empty, and what is known of it. */
export interface Bench {
  api: ClearmlApi;
  bindings: Bindings;
  tokens: Map<string, string>;
  /** Lets the server's clock go on. */
  wait(milliseconds: number): void;
  /** A call that was not recorded, by `who` (a key of the recordings' names); gives `data`. */
  call(endpoint: string, body: object, who?: string): Promise<unknown>;
}

const PASSWORD = "fixed-password";
const FIXED_USERS = [
  { username: "jane", password: PASSWORD, name: "Jane Doe" },
  { username: "john", password: PASSWORD, name: "John Doe" },
];
const GUEST = { username: "guest", password: PASSWORD, name: "Guest" };
const CONFIGURED = [
  { as: "root", name: "supervisor", role: "root" },
  { as: "admin", name: "services_agent", role: "admin" },
  { as: "tests", name: "tests", role: "user" },
] as const;

/** How the recorded servers were configured. */
const RUNS: Readonly<Record<number, ClearmlApiOptions>> = {
  1: { fixedUsers: FIXED_USERS },
  2: { fixedUsers: FIXED_USERS, guest: GUEST },
  3: {},
  4: { fixedUsers: FIXED_USERS },
};

/** Starts the server of a run. `different` makes it another server than the recorded one. */
export async function startBench(run: number, different: ClearmlApiOptions = {}): Promise<Bench> {
  let now = Date.parse("2026-11-21T06:25:25.000Z");
  const identities = CONFIGURED.map((each) => ({ ...each, ...newCredential() }));
  const api = await startClearmlApi({
    edition: "community",
    ...RUNS[run],
    identities,
    clock: () => now,
    ...different,
  });
  const pairs = [{ as: "system", ...api.system }, ...identities];
  const names = new Map([
    ...pairs.flatMap(({ as, accessKey, secretKey }) => [
      [`${as}-key`, accessKey] as const,
      [`${as}-secret`, secretKey] as const,
    ]),
    ["fixed-user-name", "jane"],
    ["fixed-user-password", PASSWORD],
    ["guest-name", GUEST.username],
    ["guest-password", PASSWORD],
  ]);
  const ids = new Map([DEFAULT_COMPANY, GUEST_COMPANY].map((id) => [id, id]));
  return {
    api,
    bindings: { ids, names },
    tokens: new Map(),
    wait(milliseconds) {
      now += milliseconds;
    },
    async call(endpoint, body, who = "system") {
      const pair = `${names.get(`${who}-key`)}:${names.get(`${who}-secret`)}`;
      const headers = { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
      const text = JSON.stringify(body);
      const answer = await sent(api.url, { method: "POST", path: `/${endpoint}`, headers, body: text });
      if (answer.status !== 200) throw new Error(`${endpoint}: ${answer.bytes}`);
      return JSON.parse(`${answer.bytes}`).data;
    },
  };
}
