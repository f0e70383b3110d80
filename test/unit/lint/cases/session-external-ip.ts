import { file, type RuleCase } from "./model.ts";

const sessions = (isOn: boolean, address: string) =>
  `sessions:\n  portModeEnabled: ${isOn}\n  externalIP: ${address}\n`;

export const cases: readonly RuleCase[] = [
  file(
    "session-external-ip",
    "agent",
    "no address",
    sessions(true, "0.0.0.0"),
    ["warning 3:15"],
    sessions(true, "10.0.0.1"),
  ),
  file(
    "session-external-ip",
    "agent",
    "the user's own machine",
    sessions(true, "127.0.0.1"),
    ["warning 3:15"],
    sessions(false, "0.0.0.0"),
  ),
];
