import { annotationOf, type IngressUse, ingressesOf, tlsSecretOf } from "../../facts/ingresses.ts";
import type { Hit, ReleaseValues, Rule } from "../../model.ts";

export const tlsNameDepth: Rule = {
  id: "L158",
  slug: "tls-name-depth",
  severity: "warning",
  about: "One certificate serves hosts of different depth, and a wildcard covers one label only.",
  why: "`*.ml.example.com` covers `api.ml.example.com`, but not `gateway.acme.ml.example.com`: browsers warn there, and agents refuse the connection. A certificate can name both; if this one does, switch the rule off. Otherwise use hosts of the same depth, such as `gateway-acme.ml.example.com`, or a Secret of its own.",
  *checkAll(releases) {
    const first = new Map<string, IngressUse>();
    for (const ingress of releases.flatMap(ingressesOf)) {
      const key = keyOf(ingress);
      if (key === undefined) continue;
      const earlier = first.get(key);
      if (!earlier) first.set(key, ingress);
      else if (differInDepth(earlier.host ?? "", ingress.host ?? "")) yield hitFor(ingress, earlier);
    }
  },
};

/** The Secret: by name within a namespace; a wildcard's is copied to many. */
function keyOf(ingress: IngressUse): string | undefined {
  const secret = tlsSecretOf(ingress);
  if (secret === undefined || ingress.host === undefined || isManaged(ingress)) return undefined;
  return /wild|star/i.test(secret) ? secret : `${namespaceOf(ingress.release)} ${secret}`;
}

/** cert-manager makes a certificate for the very names of the Ingress. */
function isManaged(ingress: IngressUse): boolean {
  return ["cluster-issuer", "issuer"].some(
    (name) => annotationOf(ingress, `cert-manager.io/${name}`) !== undefined,
  );
}

function namespaceOf({ namespace }: Pick<ReleaseValues, "namespace">): string {
  return namespace ?? "";
}

/** Whether one host stands deeper below the domain of the other. */
function differInDepth(first: string, second: string): boolean {
  const [a, b] = [first, second].map((host) => host.slice(host.indexOf(".") + 1));
  return a !== b && (`${a}`.endsWith(`.${b}`) || `${b}`.endsWith(`.${a}`));
}

function hitFor(ingress: IngressUse, earlier: IngressUse): Hit {
  return {
    message: `the certificate \`${tlsSecretOf(ingress)}\` serves \`${earlier.host}\` and \`${ingress.host}\`: no wildcard covers both`,
    hint: "use hosts of the same depth, or a certificate of its own",
    at: ingress.release.locate([...ingress.path, "tlsSecretName"]),
    related: [{ at: earlier.release.locate([...earlier.path, "tlsSecretName"]), message: "the other host" }],
  };
}
