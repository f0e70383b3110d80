import { type Values, valueAt } from "../../overrides/values.ts";
import { listAt, mapAt, textAt } from "../manifest.ts";
import { nameOf, type ObjectRule } from "./model.ts";
import { containersOf, podOf } from "./pods.ts";

/** Capabilities that are as good as all of them. */
const MIGHTY = new Set(["ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "NET_ADMIN"]);

export const privilegesAdded: ObjectRule = {
  rule: "privileges-added",
  severity: "note",
  hooks: true,
  *check(change) {
    const after = podOf(change.after);
    if (!after) return;
    const had = privileges(podOf(change.before)?.spec ?? {});
    const added = [...privileges(after.spec)].filter((each) => !had.has(each));
    if (added.length === 0) return;
    yield {
      message: `${nameOf(change)} is given ${added.join(", ")}: its containers can reach into the node`,
      hint: "make sure that the chart needs it, and that the namespace's pod security level allows it",
    };
  },
};

function privileges(spec: Values): Set<string> {
  const found = ["hostNetwork", "hostPID", "hostIPC"].filter((key) => spec[key] === true);
  for (const volume of listAt(spec, ["volumes"])) {
    const path = textAt(volume, ["hostPath", "path"]);
    if (path !== undefined) found.push(`hostPath ${path}`);
  }
  for (const [name, container] of containersOf(spec)) {
    if (valueAt(container, ["securityContext", "privileged"]) === true)
      found.push(`a privileged container (${name})`);
    const added = listAt(mapAt(container, ["securityContext", "capabilities"]), ["add"]);
    for (const each of added.map((one) => String(one).replace(/^CAP_/, "")))
      if (MIGHTY.has(each)) found.push(`capability ${each} (${name})`);
  }
  return new Set(found);
}
