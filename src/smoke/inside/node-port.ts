import type { SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";
import { isOutside, type Service } from "./services.ts";

export const nodePort = insideCheck({
  name: "node-port",
  proves: "Without an Ingress: the gateway's Service has the port of the nodes that its address names.",
  async run(gateway, { target }) {
    if (!target.nodePort)
      return { status: "skip", detail: "the gateway is not reached at a port of the nodes" };
    return judgeNodePort(await gateway.services(), target.url, gateway.namespace);
  },
});

export function judgeNodePort(services: readonly Service[], url: URL, namespace: string): SmokeResult {
  const wanted = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const ports = services
    .filter(isOutside)
    .flatMap(({ metadata, spec }) =>
      (spec?.ports ?? []).map(({ nodePort: number, port }) => ({ service: metadata.name, number, port })),
    );
  const found = ports.find(({ number }) => number === wanted);
  if (found)
    return {
      status: "pass",
      detail: `Service ${namespace}/${found.service} has port ${wanted} of the nodes`,
    };
  // A load balancer, or something before the nodes, may have the port in the address.
  const types = services.map(
    ({ metadata, spec }) =>
      `${metadata.name} is of type ${spec?.type ?? "ClusterIP"}${numbersOf(metadata.name, ports)}`,
  );
  return {
    status: "fail",
    detail: `no Service of the gateway has port ${wanted} of the nodes, which its address names: ${types.join(", ") || "it has no Service"}`,
    hint: `set \`service.type\` to NodePort and \`service.nodePort\` to ${wanted} in the gateway's values, or write the port that it has into \`externalURL\``,
  };
}

function numbersOf(name: string, ports: readonly { service: string; number: number | undefined }[]): string {
  const numbers = ports.filter(({ service }) => service === name).flatMap(({ number }) => number ?? []);
  if (numbers.length === 0) return "";
  return numbers.length > 3
    ? ` with the ports ${numbers[0]} to ${numbers.at(-1)}`
    : ` with ${numbers.length === 1 ? "port" : "the ports"} ${numbers.join(", ")}`;
}
