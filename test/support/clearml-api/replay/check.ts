import { gunzipSync } from "node:zlib";
import type { Bench } from "./bench.ts";
import { differences, sameMessage, unequal } from "./bindings.ts";
import type { RecordedToken, Recording } from "./pairs.ts";
import type { Answer } from "./send.ts";

const ID = /^[0-9a-f]{32}$/;
/** Compared also where the recording has none: they must be absent then. */
const HEADERS = [
  ...["content-type", "content-encoding", "access-control-allow-origin", "access-control-allow-credentials"],
  ...["access-control-allow-headers", "access-control-allow-methods"],
];

type Fields = Record<string, unknown>;

/** How an answer differs from the recorded one. Keeps the token it holds under the recording's id. */
export function checked(recording: Recording, bench: Bench, answer: Answer): string[] {
  const { response } = recording;
  const problems = [
    ...(answer.status === response.status ? [] : [unequal("status", response.status, answer.status)]),
    ...headerProblems(recording, answer),
    ...cookieProblems(recording, answer),
  ];
  if (response.headers["content-encoding"] === "gzip") {
    gunzipSync(answer.bytes);
    return problems;
  }
  const text = answer.bytes.toString("utf8");
  if (!response.body)
    return text === response.bodyText ? problems : [...problems, unequal("body", response.bodyText, text)];
  if (!text.startsWith("{")) return [...problems, `no JSON: ${text.slice(0, 80)}`];
  const body = JSON.parse(text) as { meta: Fields; data: Fields };
  const { data } = body;
  if (typeof data.token === "string") bench.tokens.set(recording.id, data.token);
  return [
    ...problems,
    ...metaProblems(bench, response.body.meta, body.meta),
    ...dataProblems(recording, bench, response.body.data, data),
    ...(recording.jwt ? tokenProblems(bench, recording.jwt, `${data.token}`) : []),
  ];
}

function headerProblems({ response }: Recording, answer: Answer): string[] {
  return HEADERS.flatMap((name) => {
    const [expected, actual] = [response.headers[name], answer.headers[name]];
    return expected === actual ? [] : [unequal(name, expected, actual)];
  });
}

/** Everything of the cookie but the token, its value, and the time of day it expires. */
function cookieProblems({ response }: Recording, answer: Answer): string[] {
  const shape = (cookie: string) =>
    cookie.replace(/=[\w-]+\.[\w-]+\.[\w-]+;/, "=<jwt>;").replace(/ 16:\d\d:\d\d GMT/, "");
  const wanted = [response.headers["set-cookie"] ?? []].flat().map(shape);
  const found = (answer.headers["set-cookie"] ?? []).map(shape);
  return wanted.join("\n") === found.join("\n") ? [] : [unequal("set-cookie", wanted, found)];
}

function metaProblems(bench: Bench, expected: Fields, actual: Fields): string[] {
  const { id, trx, error_stack, error_data, result_msg, ...rest } = actual;
  const { trx: wantedTrx, result_msg: wantedMessage, "…": _, ...wanted } = expected;
  return [
    ...(ID.test(`${id}`) ? [] : [`meta.id is ${id}`]),
    ...(trx === (wantedTrx ?? id) ? [] : [unequal("meta.trx", wantedTrx, trx)]),
    ...(error_stack === null && JSON.stringify(error_data) === "{}" ? [] : ["meta.error_* are not empty"]),
    ...(sameMessage(bench.bindings, `${wantedMessage}`, `${result_msg}`)
      ? []
      : [unequal("meta.result_msg", wantedMessage, result_msg)]),
    ...differences(bench.bindings, wanted, rest, "meta"),
  ];
}

function dataProblems({ response }: Recording, bench: Bench, expected: Fields, actual: Fields): string[] {
  if (response.bodyTrimmed === undefined) {
    return [...differences(bench.bindings, expected, actual, "data"), ...credentialProblems(actual)];
  }
  const [wanted, found] = [Object.keys(expected).sort(), Object.keys(actual).sort()];
  return wanted.join() === found.join() ? [] : [unequal("keys of data", wanted, found)];
}

function credentialProblems({ credentials }: Fields): string[] {
  const { access_key, secret_key } = (credentials ?? {}) as Fields;
  if (secret_key === undefined) return [];
  const right = /^[A-Z0-9]{30}$/.test(`${access_key}`) && /^[A-Za-z0-9_-]{67}$/.test(`${secret_key}`);
  return right ? [] : ["the key pair has another form"];
}

function tokenProblems(bench: Bench, expected: RecordedToken, token: string): string[] {
  const [header, claims] = token
    .split(".")
    .map((part) => safeJson(Buffer.from(part, "base64url").toString("utf8"))) as [Fields, Fields];
  const lifetime = typeof claims.exp === "number" ? claims.exp - Number(claims.iat) : null;
  // Some recordings hold the lifetime only.
  const compared = (wanted: unknown, found: unknown, path: string) =>
    wanted === undefined ? [] : differences(bench.bindings, wanted, found, path);
  const other = Object.fromEntries(Object.keys(expected.other ?? {}).map((key) => [key, claims[key]]));
  const names = [...(expected.claims ?? Object.keys(claims))].sort();
  return [
    ...compared(expected.header, header, "token header"),
    ...compared(expected.identity, claims.identity, "token identity"),
    ...differences({ ...bench.bindings, names: new Map() }, expected.other ?? {}, other, "token"),
    ...differences(bench.bindings, names, Object.keys(claims).sort(), "token claims"),
    ...(expected.lifetimeSeconds === lifetime
      ? []
      : [unequal("lifetime", expected.lifetimeSeconds, lifetime)]),
  ];
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
