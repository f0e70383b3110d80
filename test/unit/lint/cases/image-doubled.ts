import { file, type RuleCase } from "./model.ts";

const image = (registry: string, repository: string, tag = '""') =>
  `agentk8sglue:\n  image:\n    registry: ${registry}\n    repository: ${repository}\n    tag: ${tag}\n`;
const global = (repository: string) =>
  `global: { imageRegistry: docker.io }\napiserver:\n  image:\n    repository: ${repository}\n`;

export const cases: readonly RuleCase[] = [
  file(
    "image-doubled",
    "agent",
    "a registry twice",
    image("registry.example.com:5000", "registry.example.com:5000/clearml/agent"),
    ["error 4:17"],
    image("registry.example.com:5000", "clearml/agent"),
  ),
  file(
    "image-doubled",
    "control-plane",
    "a registry for all images",
    global("registry.example.com/clearml/server"),
    ["error 4:17"],
    global("clearml/server"),
  ),
  file(
    "image-doubled",
    "agent",
    "a tag twice",
    image('""', "clearml/agent:1.24-1", "1.24-2"),
    ["error 4:17"],
    image('""', "registry.example.com:5000/clearml/agent", "1.24-2"),
  ),
];
