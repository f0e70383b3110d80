import { isMap } from "../../../overrides/merge.ts";
import { valueAt } from "../../../overrides/values.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const ON_REQUEST = "CLEARML_K8S_PORTS_MODE_ON_REQUEST_ONLY";
const SWITCH = ["sessions", "portModeEnabled"];

export const portModeConflict: Rule = {
  id: "L89",
  slug: "port-mode-conflict",
  severity: "info",
  about: "A setting of the agent has no effect, because port mode is off, or because it is on.",
  why: "In port mode each pod takes one of the Services the chart has made, so that `sessions.maxServices` is the limit and `maxPods` of the queues is not looked at. `CLEARML_K8S_PORTS_MODE_ON_REQUEST_ONLY` restricts port mode to tasks that ask for it, and does nothing while `sessions.portModeEnabled` is false. Remove what has no effect, or switch port mode to what you mean.",
  components: ["agent"],
  *check(release) {
    const isOn = valueAt(release.values, SWITCH) === true;
    const onRequest = release.variables.find(
      ({ name, value }) => name === ON_REQUEST && /^(1|true)$/i.test(String(value?.value)),
    );
    // A single file may leave the switch to another one.
    const isOff = release.environment ? !isOn : valueAt(release.values, SWITCH) === false;
    if (onRequest && isOff) {
      yield {
        message: `\`${ON_REQUEST}\` does nothing while port mode is off`,
        hint: "set `sessions.portModeEnabled` to true, or remove it",
        at: onRequest.item.at(),
      };
    }
    if (isOn && !onRequest) yield* limitHits(release);
  },
};

function* limitHits(release: LintRelease): Generator<Hit> {
  const queues = valueAt(release.values, ["agentk8sglue", "queues"]);
  const limited = Object.entries(isMap(queues) ? queues : {}).filter(
    ([, queue]) => valueAt(queue, ["queueSettings", "maxPods"]) !== undefined,
  );
  if (limited.length === 0) return;
  yield {
    message: `in port mode \`sessions.maxServices\` limits the pods, and \`maxPods\` of ${limited.map(([name]) => `\`${name}\``).join(", ")} does not`,
    hint: "let `maxServices` be the limit you want",
    at: release.locate(SWITCH),
  };
}
