import type { ComponentId } from "../../catalogue/model.ts";
import type { Credentials } from "../../clearml/api.ts";
import { fillMissing, type Values, valueAt } from "../../overrides/values.ts";
import type { Addresses } from "../addresses.ts";
import { AGENT_SECRET } from "./memory.ts";

/** What earlier steps know that a tenant's charts need. */
export interface TenantFacts {
  addresses: Addresses;
  gateway: Credentials;
  /** Signing key of the control plane's tokens. */
  jwksKey?: string;
  /** Name of the session cookie, when the control plane's values name it. */
  cookieName?: string;
}

type Filler = (values: Values, facts: TenantFacts) => Values;

/** What is filled in for each component where the overrides leave it out. */
const FILLERS: Partial<Record<ComponentId, Filler>> = {
  agent(values, { addresses }) {
    const ownKey = valueAt(values, ["clearml", "agentk8sglueKey"]);
    const withSecret = ownKey
      ? values
      : fillMissing(values, ["clearml", "existingAgentk8sglueSecret"], AGENT_SECRET);
    return fill(withSecret, {
      "agentk8sglue.apiServerUrlReference": addresses.api,
      "agentk8sglue.fileServerUrlReference": addresses.files,
      "agentk8sglue.webServerUrlReference": addresses.app,
    });
  },
  "app-gateway": (values, { addresses, gateway, cookieName }) =>
    fill(values, {
      ...unlessGiven(values, { "clearml.apiKey": gateway.accessKey, "clearml.apiSecret": gateway.secretKey }),
      "clearml.apiServerUrlReference": addresses.api,
      "clearml.authCookieName": cookieName,
    }),
  "task-traffic-router": (values, { addresses, gateway, jwksKey, cookieName }) =>
    fill(values, {
      ...unlessGiven(values, {
        "clearml.apiServerKey": gateway.accessKey,
        "clearml.apiServerSecret": gateway.secretKey,
      }),
      "clearml.apiServerUrlReference": addresses.api,
      "clearml.jwksKey": jwksKey,
      "clearml.authCookieName": cookieName,
    }),
};

/** Key and secret, unless the overrides give a key in any of the three spellings the charts have had. */
function unlessGiven(
  values: Values,
  pair: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const given = valueAt(values, ["clearml"]);
  const names = typeof given === "object" && given !== null ? Object.entries(given) : [];
  return names.some(([name, value]) => /^api(server)?key$/i.test(name) && value) ? {} : pair;
}

/** The values of a tenant's component with what the overrides left out. What they say is never changed. */
export function withTenantFacts(component: ComponentId, values: Values, facts: TenantFacts): Values {
  return FILLERS[component]?.(values, facts) ?? values;
}

function fill(values: Values, facts: Readonly<Record<string, string | undefined>>): Values {
  return Object.entries(facts).reduce(
    (filled, [path, fact]) => (fact === undefined ? filled : fillMissing(filled, path.split("."), fact)),
    values,
  );
}
