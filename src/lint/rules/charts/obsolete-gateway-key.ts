import type { Rule } from "../../model.ts";

const OBSOLETE = new Set(["jwksKey", "sslVerify"]);

export const obsoleteGatewayKey: Rule = {
  id: "L18",
  slug: "obsolete-gateway-key",
  severity: "warning",
  about:
    "A key of the old router, which app-gateway does not read; `jwksKey` is the server's signing secret besides.",
  components: ["app-gateway"],
  *check({ entries }) {
    for (const { path, at } of entries) {
      if (path.length !== 2 || path[0] !== "clearml" || !OBSOLETE.has(String(path[1]))) continue;
      yield { message: `app-gateway does not read \`${path.join(".")}\``, hint: "remove it", at: at("key") };
    }
  },
};
