import { isMap } from "../../../overrides/merge.ts";
import type { Rule } from "../../model.ts";

export const sessionExternalIp: Rule = {
  id: "L88",
  slug: "session-external-ip",
  severity: "warning",
  about: "Port mode is on, and clients are told an address that leads nowhere, such as 0.0.0.0.",
  why: "In port mode a session is reached at `externalIP` and the node port of its Service, and the agent hands exactly this address to users. The chart's 0.0.0.0 stands for no address at all, 127.0.0.1 for the user's own machine. Write the address of a node, or of what stands before the nodes.",
  components: ["agent"],
  *check(release) {
    const { sessions } = release.values;
    if (!isMap(sessions) || sessions.portModeEnabled !== true) return;
    const { externalIP } = sessions;
    if (typeof externalIP !== "string" || !/^(0\.0\.0\.0|127\.\d+\.\d+\.\d+|::1?)$/.test(externalIP)) return;
    yield {
      message: `clients of a session are told \`${externalIP}\`, which leads nowhere`,
      hint: "write the address of a node that users reach",
      at: release.locate(["sessions", "externalIP"]),
    };
  },
};
