import type { ComponentUse } from "../../environment/model.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import { listAt, manifestObject, textAt } from "../../plan/manifest.ts";
import { manifestItems } from "../documents.ts";

/** A Secret that Ingresses of one release name for TLS. */
export interface WantedCertificate {
  use: ComponentUse;
  namespace: string;
  name: string;
  /** The hosts that are served with it. */
  hosts: readonly string[];
}

type Manifest = Pick<ReleaseRecord, "manifest" | "namespace" | "status">;

/**
 * The TLS secrets that the Ingresses of a release name, each once.
 * @throws UserError when its manifest is no YAML
 */
export function wantedCertificates(use: ComponentUse, record: Manifest): WantedCertificate[] {
  // What is uninstalled serves nothing.
  if (record.status.startsWith("uninstall")) return [];
  const named = Map.groupBy(entriesIn(record), ({ namespace, name }) => `${namespace}/${name}`);
  return [...named.values()].flatMap((entries) => {
    const [first] = entries;
    if (!first) return [];
    const hosts = [...new Set(entries.flatMap((entry) => entry.hosts))];
    return [{ use, namespace: first.namespace, name: first.name, hosts }];
  });
}

function entriesIn({ manifest, namespace: own }: Manifest): Omit<WantedCertificate, "use">[] {
  const ingresses = manifestItems({ manifest })
    .filter(({ kind }) => kind === "Ingress")
    .map((object) => manifestObject(object, own));
  return ingresses.flatMap(({ object, namespace = own }) => {
    const all = listAt(object, ["spec", "rules"]).flatMap((rule) => textAt(rule, ["host"]) ?? []);
    return listAt(object, ["spec", "tls"]).flatMap((entry) => {
      const name = textAt(entry, ["secretName"]);
      const hosts = listAt(entry, ["hosts"]).map(String);
      // An entry without hosts is for all of them.
      return name === undefined ? [] : [{ namespace, name, hosts: hosts.length > 0 ? hosts : all }];
    });
  });
}
