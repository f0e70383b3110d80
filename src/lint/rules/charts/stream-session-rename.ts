import semver from "semver";
import { isMap } from "../../../overrides/merge.ts";
import { pathInFile } from "../../facts/entry-text.ts";
import type { Entry, Fix, Rule } from "../../model.ts";

export const streamSessionRename: Rule = {
  id: "L17",
  slug: "stream-session-rename",
  severity: "warning",
  about: "`tcpSession` became `streamSession` with gateway 3.0.0; the other one is ignored or deprecated.",
  why: "Gateway 3.0.0 serves UDP sessions too and calls the block `streamSession`; it still reads `tcpSession`, for now. A gateway before 3.0.0 ignores `streamSession`, so there is no Service for sessions at all and no SSH or port forwarding reaches a task. Write the block of your gateway's version, and only that.",
  fixable: true,
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
        ...(tcp ? {} : { fix: renameTo(stream, "tcpSession") }),
      };
    }
    if (tcp && !isOld && version !== null && isUsed(tcp)) {
      yield {
        message: "`tcpSession` is deprecated since gateway 3.0.0",
        hint: "rename the block to `streamSession`",
        at: tcp.at("key"),
        ...(stream ? {} : { fix: renameTo(tcp, "streamSession") }),
      };
    }
  },
};

function renameTo(entry: Entry, to: string): Fix {
  const change = { source: entry.layer.source, kind: "rename", path: pathInFile(entry), to } as const;
  return { description: `rename the block to \`${to}\``, changes: [change] };
}

/** Whether a block says anything; charts print both, empty. */
function isUsed({ value }: Entry): boolean {
  return (
    isMap(value) &&
    (Boolean(value.routerAddress) || (isMap(value.portRange) && value.portRange.start != null))
  );
}
