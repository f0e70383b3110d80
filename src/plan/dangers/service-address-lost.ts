import { valueAt } from "../../overrides/values.ts";
import { listAt, type ManifestObject, textAt } from "../manifest.ts";
import { nameOf, type ObjectRule } from "./model.ts";

/** Types that give an address outside the cluster; each later one has what the earlier ones have. */
const OUTSIDE = ["NodePort", "LoadBalancer"];

export const serviceAddressLost: ObjectRule = {
  rule: "service-address-lost",
  severity: "stop",
  *check(change) {
    const { kind, before, after } = change;
    if (kind !== "Service" || !before) return;
    const type = typeOf(before);
    if (!after) {
      if (OUTSIDE.includes(type)) yield lost(`${nameOf(change)} (${type}) is deleted`, type);
      return;
    }
    if (OUTSIDE.indexOf(typeOf(after)) < OUTSIDE.indexOf(type))
      yield lost(`${nameOf(change)} goes from ${type} to ${typeOf(after)}`, type);
    for (const moved of movedPorts(before, after)) {
      yield {
        message: `${nameOf(change)}: the node port of ${moved}; whoever uses the old one loses the connection`,
        hint: "keep the node port, or tell everybody who uses it first",
      };
    }
    const [old, wanted] = [before, after].map(({ object }) => textAt(object, ["spec", "loadBalancerIP"]));
    if (old !== undefined && old !== wanted)
      yield lost(`${nameOf(change)} gives up its address ${old}`, "LoadBalancer");
  },
};

function lost(what: string, type: string) {
  return {
    message: `${what}: its address outside the cluster is lost${type === "LoadBalancer" ? ", and DNS names lead nowhere" : ""}`,
    hint: "keep the type, or move DNS and users to the new address first",
  };
}

function typeOf({ object }: ManifestObject): string {
  return textAt(object, ["spec", "type"]) ?? "ClusterIP";
}

/** Ports whose given number changes; one that is no longer given stays as it is. */
function movedPorts(before: ManifestObject, after: ManifestObject): string[] {
  const wanted = nodePorts(after);
  return [...nodePorts(before)].flatMap(([name, old]) => {
    const port = wanted.get(name);
    return port === undefined || port === old ? [] : [`${name} goes from ${old} to ${port}`];
  });
}

function nodePorts({ object }: ManifestObject): Map<string, number> {
  return new Map(
    listAt(object, ["spec", "ports"]).flatMap((each) => {
      const port = valueAt(each, ["nodePort"]);
      const name = textAt(each, ["name"]) ?? textAt(each, ["port"]) ?? "";
      return typeof port === "number" ? [[name, port] as const] : [];
    }),
  );
}
