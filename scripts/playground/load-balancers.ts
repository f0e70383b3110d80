/** Gives load balancers of a cluster without any an address, as a cloud does. Nothing listens there. */
import { type Access, setAddress, watchLines } from "./kubectl.ts";

/** Of a network that documentation has for itself. */
const ADDRESS = "192.0.2.10";
const LINE =
  'jsonpath={.metadata.namespace} {.metadata.name} {.spec.type} {.status.loadBalancer.ingress[0].ip}{"\\n"}';

/**
 * Follows the Services of the cluster.
 * @returns ends it
 */
export function playLoadBalancers(access: Access): () => void {
  return watchLines(access, ["services", "-A", "-o", LINE], (line) => {
    const [namespace = "", name = "", type, address] = line.split(" ");
    if (type === "LoadBalancer" && !address) setAddress(access, "service", { namespace, name }, ADDRESS);
  });
}
