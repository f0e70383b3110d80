import { environment, file, type RuleCase } from "./model.ts";

const RULE = "old-image-pin";
const tag = (block: string, value: string) => `${block}:\n  image:\n    tag: "${value}"\n`;

export const cases: readonly RuleCase[] = [
  file(
    RULE,
    "agent",
    "a release candidate",
    tag("agentk8sglue", "1.24-1.8.1rc99-159"),
    ["warning 3:10"],
    tag("agentk8sglue", "1.24-1.8.1-159-arch"),
  ),
  file(
    RULE,
    "control-plane",
    "a moving tag",
    tag("webserver", "latest"),
    ["warning 3:10"],
    tag("webserver", "1.5-device"),
  ),
  file(
    RULE,
    "redis",
    "a candidate beside what is no image, or no tag, or a placeholder",
    "image: { tag: 7.2.0-rc2 }\nmaster: { image: { tag: <TAG>-rc1 } }\nreplica: { image: { tag: } }\n",
    ["warning 1:15"],
    "image: { repository: latest, tag: 7.2.0 }\nmaster: { branch: { tag: latest } }\n",
  ),
  environment(
    RULE,
    "an image older than the chart",
    { controlPlane: tag("apiserver", "3.21.6-1443") },
    ["warning control-plane.yaml:3:10"],
    { controlPlane: tag("apiserver", "3.28.0-1700") },
  ),
  environment(
    RULE,
    "a candidate that a variable names",
    { controlPlane: `${tag("fileserver", "${LIST}-rc1")}${tag("clearmlApplications", "1.24")}` },
    ["warning control-plane.yaml:3:10"],
    { controlPlane: `${tag("fileserver", "${TOKEN}")}${tag("clearmlApplications", "1.24")}` },
  ),
];
