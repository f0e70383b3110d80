import { twoTenants } from "../two-tenants.ts";
import { files, type RuleCase } from "./model.ts";

const hosts = (first: string, second: string) =>
  `apiserver: { ingress: { enabled: true, hostName: ${first} } }\nwebserver: { ingress: { enabled: true, hostName: ${second} } }\n`;
const server = (text: string) => twoTenants({ edition: "community", server: text });
const TWO = hosts("api.ml.example.com", "app.ml.example.com");

export const cases: readonly RuleCase[] = [
  files(
    "cookie-domain-missing",
    "two hosts without a domain",
    server(TWO),
    ["warning clearml.yaml:7:3"],
    server(`${TWO}clearml: { cookieDomain: ml.example.com }\n`),
  ),
  files(
    "cookie-domain-missing",
    "two hosts of different domains",
    server(hosts("api.a.example", "app.b.example")),
    ["warning clearml.yaml:7:3"],
    server("webserver: { ingress: { enabled: true, hostName: app.ml.example.com } }\n"),
  ),
];
