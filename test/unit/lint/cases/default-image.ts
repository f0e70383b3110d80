import { file, type RuleCase } from "./model.ts";

const SLUG = "default-image";
const agent = (image: string, more = "") => `agentk8sglue:\n  defaultContainerImage: ${image}\n${more}`;
const setting = (image: string) =>
  `agentk8sglue:\n  queues:\n    gpu: { templateOverrides: {}, queueSettings: { defaultImage: ${image} } }\n`;
const CLOSED = "  airGappedSupport: true\n";

export const cases: readonly RuleCase[] = [
  file(SLUG, "agent", "the newest", agent("python:latest"), ["warning 2:26"], agent("python:3.12")),
  file(
    SLUG,
    "agent",
    "no tag",
    agent("registry.example.com:5000/ml/python"),
    ["warning 2:26"],
    agent(`registry.example.com:5000/ml/python@sha256:${"0".repeat(64)}`),
  ),
  file(
    SLUG,
    "agent",
    "an old Python, of a queue",
    setting("python:3.9-slim"),
    ["warning 3:66"],
    setting("python:3.10-slim"),
  ),
  file(SLUG, "agent", "no Python", agent("alpine:3.20"), ["warning 2:26"], agent("ubuntu:18.04")),
  file(
    SLUG,
    "agent",
    "Docker Hub without a way there",
    agent("clearml/python:3.12", CLOSED),
    ["warning 2:26"],
    agent("registry.example.com/python:3.12", CLOSED),
  ),
];
