import { keyAt } from "../../facts/entry-at.ts";
import { annotationOf, classOf, type IngressUse, ingressesOf } from "../../facts/ingresses.ts";
import type { Rule } from "../../model.ts";

const LIMITS = ["nginx.ingress.kubernetes.io/proxy-body-size", "nginx.org/client-max-body-size"];

export const uploadLimit: Rule = {
  id: "L78",
  slug: "upload-limit",
  severity: "warning",
  about:
    "The file server's Ingress keeps nginx' limit of 1 MB for a request: larger artifacts fail with 413.",
  why: "nginx refuses request bodies above 1 MB unless told otherwise, with `413 Request Entity Too Large`: small experiments work, and the first model does not upload. Set the annotation `nginx.ingress.kubernetes.io/proxy-body-size` to \"0\" on the file server's Ingress; long uploads also want `proxy-read-timeout` and `proxy-send-timeout` of 600. Switch the rule off where the controller's own configuration has lifted the limit.",
  components: ["control-plane"],
  *check(release) {
    // Another file may have the annotation.
    if (!release.environment) return;
    const ingress = ingressesOf(release).find(({ path }) => path[0] === "fileserver");
    if (!ingress || !isNginx(ingress) || LIMITS.some((name) => annotationOf(ingress, name) !== undefined))
      return;
    yield {
      message: "artifacts above 1 MB are refused: nginx' limit for requests stands",
      hint: 'add `nginx.ingress.kubernetes.io/proxy-body-size: "0"` to `fileserver.ingress.annotations`',
      at: keyAt(release, ingress.path),
    };
  },
};

function isNginx(ingress: IngressUse): boolean {
  return /nginx/.test(classOf(ingress) ?? "");
}
