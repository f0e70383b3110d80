import { randomBytes } from "node:crypto";
import { z } from "zod";
import { type ClearmlApi, connectClearml } from "../../clearml/api.ts";
import { once } from "../../core/once.ts";
import type { Probe, SmokeResult } from "../model.ts";
import { openRoute } from "./open-route.ts";
import { startTask } from "./start-task.ts";
import { type SmokeTags, smokeTags } from "./tags.ts";

/** One try with a task, shared by the checks that look at its parts. */
export interface Attempt {
  probe: Probe;
  /** What the task answers; known to nobody else. */
  nonce: string;
  tags: SmokeTags;
  api(): Promise<ClearmlApi | NoApi>;
  /** Made, taken by an agent, and asking for an endpoint; the same for everybody who asks. */
  started(): Promise<SmokeResult>;
  /** The address of the endpoint, or what came instead. */
  route(): Promise<Route>;
  /** A token of a user of the tenant, for the endpoint; to be asked for once there is a route. */
  token(): Promise<string>;
  /** Settles when nothing is under way that could make a task. */
  creating?: Promise<unknown>;
  /** Id of the task, from when the server has told it until it is deleted. */
  task?: string;
  endpoint?: URL;
  /** Ids of tasks of dead tests that were deleted. */
  leftOvers: string[];
}

export interface Route {
  result: SmokeResult;
  endpoint?: URL;
}

export interface NoApi {
  reason: string;
}

const CALL_MS = 10_000;
const TOKEN_S = 3600;
const LOGIN = z.object({ token: z.string().min(1) });
const attempts = new WeakMap<Probe, Attempt>();

/** The attempt of a test; nothing has happened when it is new. */
export function attemptOf(probe: Probe): Attempt {
  const known = attempts.get(probe);
  if (known) return known;
  const attempt = newAttempt(probe);
  attempts.set(probe, attempt);
  return attempt;
}

function newAttempt(probe: Probe): Attempt {
  const nonce = randomBytes(16).toString("hex");
  probe.context.secrets.mask(nonce);
  const attempt: Attempt = {
    ...{ probe, nonce },
    tags: smokeTags(randomBytes(6).toString("hex"), probe.deadline),
    api: once(() => connect(probe)),
    started: once(() => startTask(attempt)),
    route: once(() => openRoute(attempt)),
    token: once(() => userToken(attempt)),
    leftOvers: [],
  };
  return attempt;
}

/** A token of its own for the test, which ends soon. */
export async function userToken({ api, probe }: Pick<Attempt, "api" | "probe">): Promise<string> {
  const connected = await api();
  if ("reason" in connected) throw new Error(`there is a route, and no API: ${connected.reason}`);
  const answer = await connected.call("auth.login", { expiration_sec: TOKEN_S }, { repeatable: true });
  const { token } = LOGIN.parse(answer);
  probe.context.secrets.mask(token);
  return token;
}

async function connect({ target, context, credentials }: Probe): Promise<ClearmlApi | NoApi> {
  const { apiUrl: url } = target;
  if (url === undefined) return { reason: "nobody says where the API is: set input `api-url`" };
  const key = await credentials();
  if (!key) return { reason: "there is no key: set inputs `access-key` and `secret-key`" };
  const { http, secrets } = context;
  const keySource =
    "inputs `access-key` and `secret-key`, or the key of the gateway in the tenant's namespace";
  return connectClearml({ url, ...key, http, secrets, keySource, timeoutMs: CALL_MS });
}
