import { randomUUID } from "node:crypto";
import { isGateway } from "../../catalogue/gateways.ts";
import { gatewayAddress } from "../../deploy/addresses.ts";
import { apiPath, type KubernetesObject } from "../../kubernetes/objects.ts";
import type { Check, Look, PreflightFinding } from "../model.ts";
import { ingressNamespace } from "../namespaces.ts";
import { type Resolver, systemResolver } from "../resolver.ts";
import { knownText, valuesOf } from "../values.ts";

const CHECK = "dns";
const TIMEOUT_MS = 5_000;

/** Whether the hosts that users and agents are told lead to the ingress controller. Never stops a deployment. */
export const dns: Check = {
  name: CHECK,
  looksAt: "the DNS",
  needs: "list services where the ingress controller is",
  async find(look) {
    const hosts = hostsOf(look);
    if (hosts.length === 0) return [];
    const resolver = look.resolver ?? systemResolver();
    const asked = [...hosts, `${randomUUID()}.${look.environment.baseDomain}`];
    const [answers, services] = await Promise.all([
      Promise.all(asked.map((host) => answerFor(host, resolver))),
      ingressServices(look),
    ]);
    const ingress = await addressesOf(services, resolver);
    const wildcard = answers.at(-1)?.addresses ?? [];
    const found = judgeDns(answers.slice(0, -1), ingress, {
      base: look.environment.baseDomain,
      addresses: wildcard,
    });
    return [...judgeServices(services), ...found];
  },
};

/** The hosts of the control plane, and of the gateways that are deployed. */
export function hostsOf(look: Pick<Look, "uses" | "addresses" | "values">): string[] {
  const withServer = look.uses.some(({ id }) => id === "control-plane");
  const ofServer = withServer && look.addresses ? Object.values(look.addresses as object) : [];
  const ofGateways = look.uses
    .filter(isGateway)
    .flatMap((use) => knownText(gatewayAddress(valuesOf(look, use))) ?? []);
  const hosts = [...ofServer, ...ofGateways].flatMap((address) => URL.parse(String(address))?.hostname ?? []);
  return [...new Set(hosts)].filter((host) => !/^[\d.]+$|^\[/.test(host));
}

/** What the DNS says of a host. `failure`: nobody answered. */
export interface Answer {
  host: string;
  addresses: readonly string[];
  failure?: string;
}

async function answerFor(host: string, resolver: Resolver): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  });
  try {
    return { host, addresses: await Promise.race([resolver.resolve(host), late]) };
  } catch (thrown) {
    const { code, message } = thrown as { code?: string; message?: string };
    return { host, addresses: [], failure: code ?? message ?? "no answer" };
  } finally {
    clearTimeout(timer);
  }
}

/** Services of the ingress controller; none where they may not be read, which another check says. */
function ingressServices(look: Look): Promise<KubernetesObject[]> {
  return look.kubernetes.list(apiPath("v1", "services", ingressNamespace(look))).catch(() => []);
}

/** Addresses at which requests reach the ingress controller; empty where they are not known. */
async function addressesOf(services: readonly KubernetesObject[], resolver: Resolver): Promise<string[]> {
  const balancers = services.flatMap(balancersOf);
  const named = balancers.flatMap(({ hostname }) => hostname ?? []);
  const resolved = await Promise.all(named.map((host) => answerFor(host, resolver)));
  return [...balancers.flatMap(({ ip }) => ip ?? []), ...resolved.flatMap(({ addresses }) => addresses)];
}

/** What is to be said of Services that wait for an address: no record can lead to them. */
export function judgeServices(services: readonly KubernetesObject[]): PreflightFinding[] {
  const waiting = services.filter(
    (service) =>
      (service.spec as { type?: string } | undefined)?.type === "LoadBalancer" &&
      balancersOf(service).length === 0,
  );
  return waiting.map(({ metadata: { namespace, name } }) => ({
    check: CHECK,
    severity: "warning",
    message: `Service ${namespace}/${name} of the ingress controller waits for an address: no host can lead to it`,
    hint: "install what gives addresses to Services of type LoadBalancer (your provider's controller, MetalLB)",
  }));
}

interface ServiceStatus {
  loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] };
}

function balancersOf({ status }: KubernetesObject) {
  return (status as ServiceStatus | undefined)?.loadBalancer?.ingress ?? [];
}

/**
 * What is to be said of the hosts.
 * @param ingress addresses of the ingress controller; empty where they are not known
 * @param wildcard what a name below the base domain resolves to that nobody has made
 */
export function judgeDns(
  answers: readonly Answer[],
  ingress: readonly string[],
  wildcard: { base: string; addresses: readonly string[] },
): PreflightFinding[] {
  const silent = answers.filter(({ failure }) => failure !== undefined);
  const unknown = answers.filter(({ failure, addresses }) => failure === undefined && addresses.length === 0);
  const astray = answers.filter(
    ({ addresses }) =>
      ingress.length > 0 && addresses.length > 0 && !addresses.some((each) => ingress.includes(each)),
  );
  const warning = (message: string, hint: string): PreflightFinding => ({
    check: CHECK,
    severity: "warning",
    message,
    hint,
  });
  const findings: PreflightFinding[] = [];
  if (silent.length > 0) {
    findings.push(
      warning(
        `could not check the DNS for ${hostsIn(silent)}: ${silent[0]?.failure}`,
        "see that the runner reaches a DNS server; agents and users need these names",
      ),
    );
  }
  if (unknown.length > 0) {
    const to = ingress[0] ? ` to ${ingress[0]}` : " to the ingress controller";
    findings.push(
      warning(
        `${hostsIn(unknown)} ${unknown.length === 1 ? "does" : "do"} not resolve from this machine`,
        `add records${to}, or one for *.${wildcard.base}; with a private DNS, see that agents and users can ask it`,
      ),
    );
  }
  if (astray.length > 0) {
    const places = astray.map(({ host, addresses }) => {
      const isWild = addresses.every((each) => wildcard.addresses.includes(each));
      return `${host} leads to ${addresses.join(", ")}${isWild ? ` (through *.${wildcard.base})` : ""}`;
    });
    findings.push(
      warning(
        `${places.join("; ")}; the ingress controller is at ${ingress.join(", ")}`,
        "correct the records, unless a proxy or another address of the same controller stands there",
      ),
    );
  }
  return findings;
}

function hostsIn(answers: readonly Answer[]): string {
  return answers.map(({ host }) => host).join(", ");
}
