import type { SmokeCheck } from "../model.ts";
import { agentNamespace } from "./agent-namespace.ts";
import { apiFromPod } from "./api-from-pod.ts";
import { deployment } from "./deployment.ts";
import { endpoints } from "./endpoints.ts";
import { images } from "./images.ts";
import { ingress } from "./ingress.ts";
import { log } from "./log.ts";
import { networkPolicy } from "./network-policy.ts";
import { nodePort } from "./node-port.ts";
import { release } from "./release.ts";
import { restarts } from "./restarts.ts";
import { tlsSecret } from "./tls-secret.ts";

/** What can be seen of a tenant's gateway in its cluster. Nothing is written there. */
export const INSIDE: readonly SmokeCheck[] = [
  release,
  deployment,
  restarts,
  endpoints,
  agentNamespace,
  log,
  ingress,
  nodePort,
  tlsSecret,
  networkPolicy,
  apiFromPod,
  images,
];
