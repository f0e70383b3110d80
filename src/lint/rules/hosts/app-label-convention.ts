import { ingressesOf } from "../../facts/ingresses.ts";
import { tellsUrls } from "../../facts/told-urls.ts";
import type { Rule } from "../../model.ts";

export const appLabelConvention: Rule = {
  id: "L80",
  slug: "app-label-convention",
  severity: "warning",
  about:
    "The host of the web app does not begin with `app.`, so that the web app cannot tell the other hosts.",
  why: "In the browser the web app puts `api.` and `files.` in the place of its own `app.` to find the rest of the server, and shows the SDK's configuration with these hosts. On a host such as `clearml.example.com` there is nothing to replace. Use `app.`, or set `webserver.displayedServerURLs` for the API and the files.",
  components: ["control-plane"],
  *check(release) {
    // Another file may tell the URLs.
    if (!release.environment || tellsUrls(release, "apiserver")) return;
    const ingress = ingressesOf(release).find(({ path }) => path[0] === "webserver");
    if (!ingress?.host || ingress.host.startsWith("app.")) return;
    yield {
      message: `\`${ingress.host}\` does not begin with \`app.\`: the web app cannot tell the hosts of API and files from it`,
      hint: "use `app.`, or set `webserver.displayedServerURLs.apiserver` and `.fileserver`",
      at: ingress.at,
    };
  },
};
