import { file, type RuleCase } from "./model.ts";

const gateway = (url: string, port = "") => `service:\n  type: NodePort\n${port}externalURL: ${url}\n`;
const PORT = "  nodePort: 30100\n";
const SLUG = "externalurl-nodeport";

export const cases: readonly RuleCase[] = [
  file(
    SLUG,
    "app-gateway",
    "the last port before the node ports",
    gateway("http://10.0.0.1:29999"),
    ["warning 3:14"],
    gateway("http://10.0.0.1:30000"),
  ),
  file(
    SLUG,
    "app-gateway",
    "a port that is no node port",
    gateway("http://10.0.0.1:32768"),
    ["warning 3:14"],
    gateway("http://10.0.0.1:32767"),
  ),
  file(
    SLUG,
    "app-gateway",
    "another node port",
    gateway("http://10.0.0.1:30101", PORT),
    ["warning 4:14"],
    gateway("http://10.0.0.1:30100/", PORT),
  ),
  file(
    SLUG,
    "app-gateway",
    "a node without a port",
    gateway("http://10.0.0.1"),
    ["warning 3:14"],
    gateway("https://gateway.ml.example.com"),
  ),
];
