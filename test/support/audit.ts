/** What a test cluster's API server was asked, read from its audit log. */
import { readFileSync } from "node:fs";
import type { Cluster } from "../cluster/start.ts";

export interface AuditedRequest {
  verb: string;
  uri: string;
  user: string;
  agent: string;
  resource: string;
  name: string | undefined;
  namespace: string | undefined;
  code: number;
}

interface AuditEvent {
  stage: string;
  verb: string;
  requestURI: string;
  user: { username: string };
  userAgent?: string;
  objectRef?: { resource: string; name?: string; namespace?: string; subresource?: string };
  responseStatus?: { code: number };
}

/** Remembers where the log stands; the function it returns gives the requests of the cluster's user since then. */
export function auditedSince(cluster: Cluster): () => AuditedRequest[] {
  const file = cluster.auditLog;
  if (file === undefined) throw new Error("the cluster keeps no audit log");
  const skipped = readFileSync(file, "utf8").length;
  return () =>
    readFileSync(file, "utf8")
      .slice(skipped)
      .trim()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as AuditEvent)
      // The parts of the cluster have names of their own; kwok borrows the one of the administrator.
      .filter(
        ({ stage, user, userAgent = "" }) =>
          stage === "ResponseComplete" && user.username === "admin" && !userAgent.startsWith("kwok"),
      )
      .map(({ verb, requestURI, user, userAgent = "", objectRef, responseStatus }) => ({
        verb,
        uri: requestURI,
        user: user.username,
        agent: userAgent,
        resource: [objectRef?.resource, objectRef?.subresource].filter(Boolean).join("/"),
        name: objectRef?.name,
        namespace: objectRef?.namespace,
        code: responseStatus?.code ?? 0,
      }));
}

const MUTATING = /^(create|update|patch|delete|deletecollection)$/;

/** Requests that may have written something. */
export function writes(requests: readonly AuditedRequest[]): AuditedRequest[] {
  return requests.filter(({ verb, uri }) => MUTATING.test(verb) && !/[?&]dryRun=All(&|$)/.test(uri));
}
