import { isGateway } from "../../catalogue/gateways.ts";
import type { ReleaseRule } from "./model.ts";

export const gatewayRenamed: ReleaseRule = {
  rule: "gateway-renamed",
  severity: "note",
  *check({ use, current, chart, others = [] }) {
    if (!isGateway(use) || (current && current.status !== "uninstalled")) return;
    const charts = new Set([chart.name, ...use.definition.charts.map(({ name }) => name)]);
    const old = others.find(
      ({ release, chart: name, status }) =>
        release !== use.release && charts.has(name) && status !== "uninstalled",
    );
    if (!old) return;
    yield {
      message: `the namespace has gateway ${old.release} already: the name of the release is part of the addresses of applications, so that saved links to ${old.release} will not lead to ${use.release}`,
      hint: `set \`release: ${old.release}\` to keep the addresses, or uninstall the old one`,
    };
  },
};
