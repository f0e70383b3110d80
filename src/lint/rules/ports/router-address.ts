import { HOST_OR_IP } from "../../../catalogue/patterns.ts";
import { valueAt } from "../../../overrides/values.ts";
import { bareHost, formHits } from "../../facts/form.ts";
import { isInert } from "../../facts/inert.ts";
import { STREAM_BLOCKS, streamsOf } from "../../facts/node-ports.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const routerAddress: Rule = {
  id: "L90",
  slug: "router-address",
  severity: "warning",
  about:
    "The router address is handed to users as it is: it must be a bare host or IP that reaches the ports.",
  why: "Users connect to `routerAddress` and a port of the range, exactly as it is written: a scheme, a port or a path breaks the address, `localhost` is their own machine. The host of an Ingress leads to a controller that serves HTTP only, while a load balancer of the streams has an address of its own. Write the host or IP at which the stream ports answer.",
  components: ["app-gateway", "task-traffic-router"],
  fixable: true,
  *check(release) {
    yield* formHits(release, (pattern) => pattern === HOST_OR_IP, bareHost);
    for (const block of STREAM_BLOCKS) yield* nowhereHits(release, [block, "routerAddress"]);
    yield* ingressHits(release);
  },
};

function* nowhereHits(release: LintRelease, path: string[]): Generator<Hit> {
  const address = valueAt(release.values, path);
  if (typeof address !== "string" || isInert(release, path)) return;
  if (!/^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0)$/.test(address)) return;
  yield {
    message: `users are told to connect to \`${address}\`, which is no address of the gateway`,
    hint: "write the host or IP of the load balancer, or of a node",
    at: release.locate(path),
  };
}

/** The controller of the Ingress does not listen on stream ports; a node may do both. */
function* ingressHits(release: LintRelease): Generator<Hit> {
  const path = ["ingress", "hostName"];
  const host = valueAt(release.values, path);
  for (const { block, type, routerAddress } of streamsOf(release)) {
    if (type !== "LoadBalancer" || routerAddress === undefined || routerAddress !== host) continue;
    yield {
      message: `\`${routerAddress}\` is the host of the Ingress, which serves HTTP only`,
      hint: "write the address of the load balancer that serves the streams",
      at: release.locate([block, "routerAddress"]),
      related: [{ at: release.locate(path), message: "the Ingress" }],
    };
  }
}
