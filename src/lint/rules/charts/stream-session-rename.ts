import semver from "semver";
import { isMap } from "../../../overrides/merge.ts";
import type { Entry, Rule } from "../../model.ts";

export const streamSessionRename: Rule = {
  id: "L17",
  slug: "stream-session-rename",
  severity: "warning",
  about: "`tcpSession` became `streamSession` with gateway 3.0.0; the other one is ignored or deprecated.",
  components: ["app-gateway", "task-traffic-router"],
  *check(release) {
    const block = (name: string) => release.entries.find(({ path }) => path.length === 1 && path[0] === name);
    const [tcp, stream] = [block("tcpSession"), block("streamSession")];
    if (tcp && stream && isUsed(tcp) && isUsed(stream)) {
      yield {
        message: "`tcpSession` and `streamSession` stand side by side",
        hint: "keep `streamSession` for gateway 3.0.0 and later, else `tcpSession`",
        severity: "error",
        at: tcp.at("key"),
        related: [{ at: stream.at("key"), message: "the other block" }],
      };
      return;
    }
    const version = semver.valid(release.version ?? "");
    const isOld = release.id === "task-traffic-router" || (version !== null && semver.lt(version, "3.0.0"));
    if (stream && isOld && isUsed(stream)) {
      yield {
        message: "`streamSession` is ignored before gateway 3.0.0",
        hint: "rename the block to `tcpSession`",
        at: stream.at("key"),
      };
    }
    if (tcp && !isOld && version !== null && isUsed(tcp)) {
      yield {
        message: "`tcpSession` is deprecated since gateway 3.0.0",
        hint: "rename the block to `streamSession`",
        at: tcp.at("key"),
      };
    }
  },
};

/** Whether a block says anything; charts print both, empty. */
function isUsed({ value }: Entry): boolean {
  return (
    isMap(value) &&
    (Boolean(value.routerAddress) || (isMap(value.portRange) && value.portRange.start != null))
  );
}
