import type { Location } from "../../core/errors.ts";
import { isMap } from "../../overrides/merge.ts";
import { valueAt } from "../../overrides/values.ts";
import type { RenderedRelease } from "../../render/model.ts";
import { documentsOf, type YamlDocument } from "../../yaml/documents.ts";
import type { Path } from "../../yaml/source.ts";
import type { Hit, LintRelease, Rule } from "../model.ts";

type Fields = Readonly<Record<string, unknown>>;

/** One NetworkPolicy, of a file of manifests or of what a chart renders. */
export interface NetworkPolicy {
  name: string;
  /** Where it goes: as written, else where its release is. */
  namespace?: string;
  /** As written. */
  writtenNamespace?: string;
  podSelector: Fields;
  ingress: readonly PolicyRule[];
  egress: readonly PolicyRule[];
  limits: { ingress: boolean; egress: boolean };
  locate(path: Path, part?: "key" | "value"): Location;
}

/** One rule of a policy: who may connect, or be connected to, on which ports. */
export interface PolicyRule {
  /** Path within the policy. */
  path: Path;
  /** Empty means everybody. */
  peers: readonly { path: Path; peer: Fields }[];
  ports: readonly Fields[];
}

/** Checks of the policies of one file, or of one rendered chart, from both places a rule may get them. */
export function forPolicies(
  judge: (policies: readonly NetworkPolicy[], release: LintRelease) => Iterable<Hit>,
): Pick<Rule, "check" | "checkRendered"> {
  return {
    check: (release) => judge(policiesOf(release), release),
    checkRendered: (rendered) => judge(renderedPolicies(rendered), rendered.release),
  };
}

const READ = new WeakMap<LintRelease, readonly NetworkPolicy[]>();

/** The policies in the manifests of a release; none for a chart, whose files are values. */
export function policiesOf(release: LintRelease): readonly NetworkPolicy[] {
  if (release.definition.kind !== "manifests") return [];
  const known = READ.get(release);
  if (known) return known;
  const policies = release.layers
    .filter(({ path }) => path.length === 0)
    .flatMap(({ source }) => documentsOf(source))
    .flatMap((document) => policiesIn(document, release.namespace));
  READ.set(release, policies);
  return policies;
}

function policiesIn(document: YamlDocument, namespace: string | undefined): NetworkPolicy[] {
  const { value } = document;
  const items = isMap(value) && value.kind === "List" && Array.isArray(value.items) ? value.items : undefined;
  if (!items) return toPolicy(value, document.locate, namespace);
  return items.flatMap((item, index) =>
    toPolicy(item, (path, part) => document.locate(["items", index, ...path], part), namespace),
  );
}

function renderedPolicies({ release, objects }: RenderedRelease): NetworkPolicy[] {
  return objects.flatMap(({ object, locate }) => toPolicy(object, locate, release.namespace));
}

function toPolicy(
  object: unknown,
  locate: NetworkPolicy["locate"],
  namespace: string | undefined,
): NetworkPolicy[] {
  if (!isMap(object) || object.kind !== "NetworkPolicy" || !isMap(object.spec)) return [];
  if (typeof object.apiVersion === "string" && !/^(networking\.k8s\.io|extensions)\//.test(object.apiVersion))
    return [];
  const { spec } = object;
  const written = valueAt(object, ["metadata", "namespace"]);
  const types = Array.isArray(spec.policyTypes) ? spec.policyTypes : undefined;
  const writtenNamespace = typeof written === "string" && written !== "" ? written : undefined;
  const target = writtenNamespace ?? namespace;
  return [
    {
      name: String(valueAt(object, ["metadata", "name"]) ?? ""),
      ...(target ? { namespace: target } : {}),
      ...(writtenNamespace ? { writtenNamespace } : {}),
      podSelector: isMap(spec.podSelector) ? spec.podSelector : {},
      ingress: rulesOf(spec, "ingress", "from"),
      egress: rulesOf(spec, "egress", "to"),
      limits: {
        ingress: types?.includes("Ingress") ?? true,
        egress: types?.includes("Egress") ?? spec.egress !== undefined,
      },
      locate,
    },
  ];
}

function rulesOf(spec: Fields, direction: "ingress" | "egress", side: "from" | "to"): PolicyRule[] {
  const rules = Array.isArray(spec[direction]) ? spec[direction] : [];
  return rules.map((rule: unknown, index): PolicyRule => {
    const path = ["spec", direction, index];
    const [peers, ports] = isMap(rule) ? [rule[side], rule.ports] : [];
    return {
      path,
      peers: (Array.isArray(peers) ? peers : []).map((peer: unknown, at) => ({
        path: [...path, side, at],
        peer: isMap(peer) ? peer : {},
      })),
      ports: (Array.isArray(ports) ? ports : []).filter(isMap),
    };
  });
}

/** Whether a selector takes every pod. */
export function selectsAll(selector: unknown): boolean {
  return isMap(selector) && Object.values(selector).every((part) => isEmpty(part));
}

function isEmpty(part: unknown): boolean {
  if (Array.isArray(part)) return part.length === 0;
  return part === null || part === undefined || (isMap(part) && Object.keys(part).length === 0);
}

/** Whether it closes its namespace to everything but pods of the same namespace. */
export function closesNamespace({ podSelector, limits, ingress }: NetworkPolicy): boolean {
  return limits.ingress && selectsAll(podSelector) && !ingress.some(isOpenToOthers);
}

/** Whether a rule lets in more than pods of the same namespace. */
export function isOpenToOthers({ peers }: PolicyRule): boolean {
  return peers.length === 0 || peers.some(({ peer }) => peer.namespaceSelector || peer.ipBlock);
}

/** Whether a rule lets in addresses, or everybody: what comes through a port of a node has no pod's address. */
export function admitsAddresses({ peers }: PolicyRule): boolean {
  return peers.length === 0 || peers.some(({ peer }) => peer.ipBlock);
}

/** The policies of all manifests, by the namespace they go to. */
export function policiesByNamespace(releases: readonly LintRelease[]): Map<string, NetworkPolicy[]> {
  const byNamespace = new Map<string, NetworkPolicy[]>();
  for (const policy of releases.flatMap(policiesOf)) {
    if (policy.namespace === undefined) continue;
    const known = byNamespace.get(policy.namespace);
    if (known) known.push(policy);
    else byNamespace.set(policy.namespace, [policy]);
  }
  return byNamespace;
}
