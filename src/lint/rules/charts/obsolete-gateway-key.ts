import { pathInFile } from "../../facts/entry-text.ts";
import type { Rule } from "../../model.ts";

const OBSOLETE = new Set(["jwksKey", "sslVerify"]);

export const obsoleteGatewayKey: Rule = {
  id: "L18",
  slug: "obsolete-gateway-key",
  severity: "warning",
  about:
    "A key of the old router, which app-gateway does not read; `jwksKey` is the server's signing secret besides.",
  why: "The router before May 2025 checked sessions itself and needed the server's signing secret in `clearml.jwksKey`. app-gateway asks the server instead and reads neither this nor `sslVerify`. The key shows that a file of the old router was taken over, and whoever can read the tenant's namespace could sign sessions of any user with it. Remove both keys.",
  fixable: true,
  components: ["app-gateway"],
  *check({ entries }) {
    for (const entry of entries) {
      const { path, layer } = entry;
      if (path.length !== 2 || path[0] !== "clearml" || !OBSOLETE.has(String(path[1]))) continue;
      const change = { source: layer.source, kind: "remove", path: pathInFile(entry) } as const;
      yield {
        message: `app-gateway does not read \`${path.join(".")}\`${path[1] === "jwksKey" ? ", which signs the server's sessions and does not belong into a tenant's namespace" : ""}`,
        hint: "remove it",
        at: entry.at("key"),
        fix: { description: "remove it", changes: [change] },
      };
    }
  },
};
