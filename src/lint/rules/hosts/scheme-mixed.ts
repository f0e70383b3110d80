import { valueAt } from "../../../overrides/values.ts";
import { type IngressUse, ingressesOf, tlsSecretOf } from "../../facts/ingresses.ts";
import { type ServerUrl, serverUrlsOf, serviceOf } from "../../facts/server-urls.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const schemeMixed: Rule = {
  id: "L75",
  slug: "scheme-mixed",
  severity: "warning",
  about: "Parts of one server are reached by https and others by http; browsers block such a mixture.",
  why: "A page that came by https may not load anything by http: the web app opens, and its calls to the API or the previews from the file server are blocked. An artifact whose link was written with http stays broken. The test of a gateway in the web app needs https on both sides as well. Use one scheme for all three hosts, with certificates for all or none.",
  *check(release) {
    yield* mixedUrls(release);
    if (release.id === "control-plane") yield* mixedIngresses(release);
  },
};

/** URLs of one component; services within the cluster have no certificates, and browsers never see them. */
function* mixedUrls(release: LintRelease): Generator<Hit> {
  const urls = serverUrlsOf(release).filter(({ host }) => !serviceOf(host));
  const secure = urls.find(({ scheme }) => scheme === "https");
  const plain = urls.filter(({ scheme }) => scheme === "http");
  for (const url of secure ? plain : []) {
    yield {
      message: `\`${url.text}\` is http, and \`${secure?.text}\` beside it is https`,
      hint: "use one scheme for the API, the files and the web app",
      at: url.at,
      related: secure ? related(secure) : [],
    };
  }
}

function related({ at }: ServerUrl): NonNullable<Hit["related"]> {
  return [{ at, message: "the other scheme" }];
}

function* mixedIngresses(server: LintRelease): Generator<Hit> {
  const ingresses = ingressesOf(server);
  yield* plainLinks(server, ingresses);
  const secure = ingresses.find((each) => tlsSecretOf(each) !== undefined);
  if (!secure) return;
  for (const { path, at } of ingresses.filter((each) => tlsSecretOf(each) === undefined)) {
    yield {
      message: `\`${path.join(".")}\` has no \`tlsSecretName\`, and \`${secure.path.join(".")}\` has one`,
      hint: "give all Ingresses of the server a certificate, or none",
      at,
      related: [{ at: server.locate([...secure.path, "tlsSecretName"]), message: "the other Ingress" }],
    };
  }
}

/** What a web app by https shows to users and calls itself. */
function* plainLinks(server: LintRelease, ingresses: readonly IngressUse[]): Generator<Hit> {
  const web = ingresses.find(({ path }) => path[0] === "webserver");
  if (!web || tlsSecretOf(web) === undefined) return;
  for (const part of ["apiserver", "fileserver"]) {
    const path = ["webserver", "displayedServerURLs", part];
    const url = valueAt(server.values, path);
    if (typeof url !== "string" || !url.startsWith("http://")) continue;
    yield {
      message: `the web app is https, and shows \`${url}\``,
      hint: "write https://",
      at: server.locate(path),
      related: [{ at: server.locate([...web.path, "tlsSecretName"]), message: "its certificate" }],
    };
  }
}
