import { isGateway } from "../../../catalogue/gateways.ts";
import { valueAt } from "../../../overrides/values.ts";
import { isInert } from "../../facts/inert.ts";
import { controlPlaneOf } from "../../facts/server-urls.ts";
import type { LintRelease, Rule } from "../../model.ts";

const PATH = ["clearml", "authCookieName"];
const COOKIE = ["clearml", "cookieName"];

export const authCookieName: Rule = {
  id: "L79",
  slug: "auth-cookie-name",
  severity: "warning",
  about:
    "A gateway looks for another cookie than the server sets: it sees no login and redirects without end.",
  why: "The gateway knows a user by the server's login cookie, and finds it by its name. With another name, or none, every request goes to the login page and back. Set `clearml.authCookieName` to the server's `clearml.cookieName`; a variable of `clearml.yaml` used in both keeps them equal.",
  components: ["control-plane", "app-gateway", "task-traffic-router"],
  *checkAll(releases) {
    const server = controlPlaneOf(releases);
    const expected = server && cookieOf(server);
    if (!server || !expected) return;
    for (const release of releases) {
      const name = valueAt(release.values, PATH);
      if (!isGateway(release) || name === expected || isInert(release, PATH)) continue;
      // What is missing, or not known yet, is another rule's business.
      if (typeof name !== "string" || /[$<]/.test(name) || (name === "" && isRequired(release))) continue;
      yield {
        message:
          name === ""
            ? `\`clearml.authCookieName\` is empty, and the server's cookie is \`${expected}\``
            : `the gateway looks for the cookie \`${name}\`, and the server's is \`${expected}\``,
        hint: `write \`${expected}\``,
        at: release.locate(PATH),
        related: [{ at: server.locate(COOKIE), message: "the server's cookie" }],
      };
    }
  },
};

/** The cookie of the server: as set, else what its chart has, where the chart is at hand. */
function cookieOf(server: LintRelease): string | undefined {
  const name = valueAt(server.values, COOKIE) ?? server.contents?.defaultAt(COOKIE);
  return typeof name === "string" && name !== "" && !/[$<]/.test(name) ? name : undefined;
}

function isRequired(release: LintRelease): boolean {
  return release.ruleAt(PATH)?.required !== undefined;
}
