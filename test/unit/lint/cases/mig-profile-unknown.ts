import { limits, queue } from "../queues.ts";
import { file, type RuleCase } from "./model.ts";

const SLUG = "mig-profile-unknown";
const on = (product: string, profile: string) =>
  queue(
    `\n        nodeSelector: { nvidia.com/gpu.product: ${product} }\n        resources: { limits: { nvidia.com/mig-${profile}: 1 } }`,
  );

export const cases: readonly RuleCase[] = [
  file(
    SLUG,
    "agent",
    "more slices than a card has",
    limits("{ nvidia.com/mig-9g.10gb: 1 }"),
    ["error 7:21"],
    limits("{ nvidia.com/mig-2g.10gb: 1 }"),
  ),
  file(
    SLUG,
    "agent",
    "media extensions as nvidia-smi writes them",
    limits('{ "nvidia.com/mig-1g.5gb+me": 1 }'),
    ["error 7:21"],
    limits("{ nvidia.com/mig-1g.5gb.me: 1 }"),
  ),
  file(
    SLUG,
    "agent",
    "a profile that is in no table",
    limits("{ nvidia.com/mig-2g.11gb: 1 }"),
    ["warning 7:21"],
    limits("{ nvidia.com/mig-2g.35gb: 1 }"),
  ),
  file(
    SLUG,
    "agent",
    "the profile of another card",
    on("NVIDIA-A100-SXM4-80GB", "3g.20gb"),
    ["error 6:32"],
    on("NVIDIA-A100-SXM4-40GB", "3g.20gb"),
  ),
];
