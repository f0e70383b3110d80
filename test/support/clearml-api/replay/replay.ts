import { gzipSync } from "node:zlib";
import { ARRANGEMENTS, TOKENS } from "./arrange.ts";
import type { Bench } from "./bench.ts";
import { substituted } from "./bindings.ts";
import { checked } from "./check.ts";
import { loadRecordings, type RecordedRequest, type Recording } from "./pairs.ts";
import { type Request, sent } from "./send.ts";

/** Recordings that are not held against the server, and why. */
export const NOT_REPLAYED: Readonly<Record<string, string>> = {
  "server.endpoints/good":
    "the request schemas of all endpoints (122 kB, trimmed in the recording) matter to no caller; this server lists names and versions",
};

export interface Replay {
  replayed: Recording[];
  /** By recording, how the answer differs. */
  problems: Record<string, string[]>;
}

/** Sends the recorded requests of one run in their order and compares the answers. */
export async function replayRun(run: number, bench: Bench): Promise<Replay> {
  const replay: Replay = { replayed: [], problems: {} };
  for (const recording of loadRecordings()) {
    if (recording.run !== run || recording.id in NOT_REPLAYED) continue;
    bench.wait(10);
    const problems = await replayed(recording, bench).catch((thrown: Error) => [thrown.message]);
    replay.replayed.push(recording);
    if (problems.length > 0) replay.problems[recording.id] = problems;
  }
  return replay;
}

async function replayed(recording: Recording, bench: Bench): Promise<string[]> {
  await ARRANGEMENTS[recording.id]?.(bench);
  const request = prepared(recording, bench);
  return checked(recording, bench, await sent(bench.api.url, request));
}

function prepared({ id, request }: Recording, bench: Bench): Request {
  const uses = TOKENS[id];
  const fill = (text: string, token?: string) => {
    const named = token === undefined ? text : text.replaceAll("<jwt>", tokenNamed(bench, token));
    return substituted(bench.bindings, named);
  };
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    encodedPair(fill(value, uses?.header)),
  ]);
  const body = bodyOf(request);
  return {
    method: request.method,
    path: fill(request.path),
    headers: Object.fromEntries(headers),
    body: typeof body === "string" && body.length < 10_000 ? fill(body, uses?.body ?? uses?.header) : body,
  };
}

/** `Basic base64(key:secret)` as it goes over the wire. */
function encodedPair(header: string): string {
  return header.replace(/^(basic) base64\((.*)\)$/is, (_, scheme: string, pair: string) => {
    return `${scheme} ${Buffer.from(pair).toString("base64")}`;
  });
}

function tokenNamed(bench: Bench, name: string): string {
  if (name === "foreign") {
    const [head, payload] = tokenNamed(bench, "auth.login/admin-key").split(".");
    return `${head}.${payload}.${Buffer.from("signed with another secret").toString("base64url")}`;
  }
  const token = bench.tokens.get(name);
  if (token === undefined) throw new Error(`there is no token ${name} yet`);
  return token;
}

function bodyOf({ body, bodyText, bodyNote }: RecordedRequest): string | Buffer | undefined {
  if (bodyNote === "gzip of {}") return gzipSync("{}");
  if (bodyNote?.startsWith("20 MB")) {
    return JSON.stringify({ name: "^default$", only_fields: ["name"], x: "y".repeat(20_000_000) });
  }
  if (bodyText !== undefined) return bodyText;
  return body === null || body === undefined ? undefined : JSON.stringify(body);
}
