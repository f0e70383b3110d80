import { limits } from "../queues.ts";
import { twoTenants } from "../two-tenants.ts";
import { file, files, type RuleCase } from "./model.ts";

const SLUG = "cfgi-value";
const label = (part: string) => `{ clearml-injector/fraction: "${part}" }`;
const injector = (version: string) =>
  `  fractional-gpu-injector: { version: ${version}, values: { imageCredentials: { password: '\${TOKEN}' } } }`;
const agent = (gpus: number) => ({ agent: limits(`{ nvidia.com/gpu: ${gpus} }`, label("0.5")) });

export const cases: readonly RuleCase[] = [
  file(SLUG, "agent", "a third", limits("{}", label("0.33")), ["warning 5:46"], limits("{}", label("0.375"))),
  file(
    SLUG,
    "agent",
    "more than one, and not whole",
    limits("{}", label("1.5")),
    ["warning 5:46"],
    limits("{}", label("2")),
  ),
  file(
    SLUG,
    "agent",
    "a sixteenth of another kind",
    limits("{}", label("0.1875")),
    ["warning 5:46"],
    limits("{}", label("0.0625")),
  ),
  file(
    SLUG,
    "agent",
    "a fraction of a slice",
    limits("{ nvidia.com/mig-3g.20gb: 1 }", label("0.5")),
    ["warning 5:46"],
    limits("{ nvidia.com/gpu: 1 }", label("0.5")),
  ),
  files(
    SLUG,
    "eighths that are not counted as such",
    twoTenants({ cluster: injector("1.2.0"), acme: agent(1) }),
    ["warning tenants/acme/agent.yaml:7:37"],
    twoTenants({ cluster: injector("1.2.0"), acme: agent(4) }),
  ),
  files(
    SLUG,
    "eighths, before 1.3",
    twoTenants({ cluster: injector("1.2.9"), acme: agent(1) }),
    ["warning tenants/acme/agent.yaml:7:37"],
    twoTenants({ cluster: injector("1.3.0"), acme: agent(1) }),
  ),
];
