import { readFileSync } from "node:fs";

export interface RecordedRequest {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: unknown;
  /** Sent as it stands, unless `bodyNote` tells how to make it. */
  bodyText?: string;
  bodyNote?: string;
}

export interface RecordedResponse {
  status: number;
  headers: Readonly<Record<string, string | string[]>>;
  body?: { meta: Record<string, unknown>; data: Record<string, unknown> } | null;
  bodyText?: string;
  /** The recording holds a part of the answer only. */
  bodyTrimmed?: string;
}

export interface RecordedToken {
  header?: unknown;
  claims?: readonly string[];
  identity?: unknown;
  lifetimeSeconds?: number | null;
  other?: Readonly<Record<string, unknown>>;
}

/** One request to a real server and its answer. */
export interface Recording {
  id: string;
  core?: boolean;
  run: number;
  request: RecordedRequest;
  response: RecordedResponse;
  jwt?: RecordedToken;
}

/** All recordings in the order of the calls. */
export function loadRecordings(): readonly Recording[] {
  const file = new URL("../recordings.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { recordings: Recording[] }).recordings;
}
