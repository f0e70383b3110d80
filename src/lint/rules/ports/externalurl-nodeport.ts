import { valueAt } from "../../../overrides/values.ts";
import { NODE_PORTS } from "../../facts/node-ports.ts";
import type { Rule } from "../../model.ts";

export const externalurlNodeport: Rule = {
  id: "L92",
  slug: "externalurl-nodeport",
  severity: "warning",
  about: "The port of a gateway's external URL is not the node port at which the gateway answers.",
  why: "The web app sends users to `externalURL`. Without an Ingress it names a node and the node port of the gateway's Service, which lies between 30000 and 32767. Another port is answered by something else, or by nobody. Set `service.nodePort`, and the same port in the URL.",
  components: ["app-gateway"],
  *check(release) {
    const url = valueAt(release.values, ["externalURL"]);
    if (valueAt(release.values, ["service", "type"]) !== "NodePort" || typeof url !== "string") return;
    const [, host, port] = /^https?:\/\/([^/:$<]+)(?::(\d+))?(?:\/|$)/.exec(url) ?? [];
    if (!host) return;
    const nodePort = valueAt(release.values, ["service", "nodePort"]);
    const at = release.locate(["externalURL"]);
    if (port === undefined) {
      // A load balancer of one's own may stand before the nodes, under a name.
      if (/^[\d.]+$/.test(host))
        yield {
          message: `\`${url}\` has no port, and nodes serve the gateway at its node port`,
          hint: "add the node port",
          at,
        };
    } else if (typeof nodePort === "number" && Number(port) !== nodePort) {
      yield {
        message: `\`${url}\` names port ${port}, and \`service.nodePort\` is ${nodePort}`,
        hint: "write the same port in both",
        at,
        related: [{ at: release.locate(["service", "nodePort"]), message: "the node port" }],
      };
    } else if (Number(port) < NODE_PORTS.start || Number(port) > NODE_PORTS.end) {
      yield {
        message: `port ${port} of \`${url}\` is no node port`,
        hint: `node ports lie between ${NODE_PORTS.start} and ${NODE_PORTS.end}`,
        at,
      };
    }
  },
};
