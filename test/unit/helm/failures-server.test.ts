import { expect, it } from "vitest";
import { ToolError } from "../../../src/core/errors.ts";
import type { ComponentUse } from "../../../src/environment/model.ts";
import { explainHelmFailure } from "../../../src/helm/failures.ts";

const use = { id: "agent", namespace: "acme", release: "clearml-agent" } as ComponentUse;

/** What Helm prints when the API server fails it, and parts of the message and the repair. */
it.each([
  [
    "a busy API server",
    "Error: UPGRADE FAILED: create: failed to create: the server has received too many requests and has asked us to try again later",
    "cluster",
    "too busy",
    "run this again",
  ],
  [
    "a connection that breaks off",
    'Error: UPGRADE FAILED: create: failed to create: Post "https://127.0.0.1:40399/api/v1/namespaces/acme/secrets": read tcp 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer',
    "cluster",
    "broke off",
    "run this again",
  ],
  [
    "an API server without its store",
    "Error: UPGRADE FAILED: create: failed to create: etcdserver: request timed out",
    "cluster",
    "could not do it",
    "health of the control plane",
  ],
  [
    "two writers",
    "Error: UPGRADE FAILED: conflict occurred while applying object acme/agent apps/v1, Kind=Deployment: the object has been modified; please apply your changes to the latest version and try again",
    "cluster",
    "somebody else writes",
    "managed-fields",
  ],
  [
    "words nobody knows",
    "Error: UPGRADE FAILED: the moon is in the wrong house",
    "cluster",
    "helm failed for release acme/clearml-agent",
    "helm -n acme history clearml-agent",
  ],
])("%s", (_, stderr, kind, message, hint) => {
  const { kind: found, problems } = explainHelmFailure(new ToolError("helm", 1, stderr), use);
  expect(found).toBe(kind);
  expect(problems[0]?.message).toContain(message);
  expect(problems[0]?.hint).toContain(hint);
});
