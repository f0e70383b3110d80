import { type GivenSetting, givenSettings, hasOtherConfigs } from "../../facts/settings.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const NEEDED = [
  "hosts.kafka.billing.host",
  "hosts.redis.billing.host",
  "hosts.redis.billing.db",
  "secure.kafka.billing.security_protocol",
  "secure.kafka.billing.sasl_mechanism",
  "secure.kafka.billing.sasl_plain_username",
  "secure.kafka.billing.sasl_plain_password",
];

export const billingIncomplete: Rule = {
  id: "L52",
  slug: "billing-incomplete",
  severity: "warning",
  about: "Billing is switched on without everything the API server needs to reach its Kafka and Redis.",
  why: "With `billing.enabled` the API server sends every event to the billing Kafka. It needs the hosts of that Kafka and Redis, the number of the Redis database, and how to log in to Kafka; with one of them missing or wrong, events are lost or the server waits at start. The services are in the namespace of the billing component.",
  components: ["control-plane", "billing"],
  *checkAll(releases) {
    const server = releases.find(({ id }) => id === "control-plane");
    if (!server?.environment || hasOtherConfigs(server)) return;
    const settings = givenSettings(server);
    const isOn = settings.findLast(({ path }) => path === "billing.enabled");
    if (!/^true$/i.test(isOn?.text ?? "") || !isOn) return;
    yield* missingSettings(settings, isOn);
    const billing = releases.find(({ id }) => id === "billing");
    if (billing) yield* strangeHosts(settings, billing);
  },
};

function* missingSettings(settings: readonly GivenSetting[], isOn: GivenSetting): Generator<Hit> {
  const given = new Set(settings.map(({ path }) => path.replace(/\.\d+$/, "")));
  const missing = NEEDED.filter((path) => !given.has(path));
  if (missing.length === 0) return;
  yield {
    message: `billing is on, without ${missing.map((path) => `\`${path}\``).join(", ")}`,
    hint: `add ${missing.map((path) => `CLEARML__${path.replaceAll(".", "__")}`).join(", ")}`,
    at: isOn.at,
  };
}

/** Hosts that name a service of another namespace than that of the billing component. */
function* strangeHosts(settings: readonly GivenSetting[], billing: LintRelease): Generator<Hit> {
  for (const { path, value, valueAt } of settings) {
    if (!/^hosts\.(kafka|redis)\.billing\.host(\.\d+)?$/.test(path) || !value) continue;
    const hosts = value.kind === "list" ? value.items : "text" in value ? [value.text] : [];
    for (const host of hosts) {
      const [, namespace] = /^"?[a-z0-9-]+\.([a-z0-9-]+)(?:\.svc[a-z0-9.-]*)?(?::\d+)?"?$/.exec(host) ?? [];
      // Two labels may as well be a host outside; the name of the services tells them apart.
      if (namespace === undefined || namespace === billing.namespace || !/billing|\.svc/.test(host)) continue;
      yield {
        message: `\`${host.replaceAll('"', "")}\` is not in \`${billing.namespace}\`, where billing is installed`,
        hint: `write the namespace \`${billing.namespace}\``,
        at: valueAt,
        related: [{ at: billing.at, message: "billing" }],
      };
    }
  }
}
