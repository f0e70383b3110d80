import { file, type RuleCase } from "./model.ts";

const sessions = (start: number, more = "") =>
  `sessions:\n  portModeEnabled: true\n  startingPort: ${start}\n  maxServices: 10\n${more}`;

export const cases: readonly RuleCase[] = [
  file(
    "session-port-range",
    "agent",
    "an end past the last node port",
    sessions(32758),
    ["error 3:17"],
    sessions(32757),
  ),
  file(
    "session-port-range",
    "agent",
    "a start before the first",
    sessions(29999),
    ["error 3:17"],
    sessions(29999, "  svcType: LoadBalancer\n"),
  ),
  file(
    "session-port-range",
    "agent",
    "ports from elsewhere",
    sessions(20000),
    ["error 3:17"],
    sessions(30000),
  ),
  file(
    "session-port-range",
    "agent",
    "port mode on",
    sessions(20000),
    ["error 3:17"],
    "sessions:\n  portModeEnabled: false\n  startingPort: 20000\n",
  ),
];
