import { environmentWith } from "../support.ts";
import { environment, file, files, type RuleCase } from "./model.ts";

const rule = "external-db-incomplete";
const OFF = "elasticsearch: { enabled: false }\n";
const es = (value: string) => `${OFF}externalServices:\n  elasticsearchConnectionString: ${value}\n`;
const mongo = (...keys: string[]) =>
  `mongodb: { enabled: false }\nexternalServices:\n${keys.map((key) => `  mongodbConnectionString${key}: mongodb://db.example.com/x\n`).join("")}`;
const community = (text: string) =>
  environmentWith(
    "control-plane:\n  version: 7.14.4\n  overrides: [server.yaml]",
    { "server.yaml": text },
    "community",
  );

export const cases: readonly RuleCase[] = [
  environment(
    rule,
    "no Redis",
    { controlPlane: "redis:\n  enabled: false\n" },
    ["error control-plane.yaml:2:12"],
    { controlPlane: "redis:\n  enabled: false\nexternalServices: { redisHost: redis.example.com }\n" },
  ),
  environment(rule, "no Elasticsearch", { controlPlane: OFF }, ["error control-plane.yaml:1:27"], {
    controlPlane: es(`'[{"host":"es.example.com","port":9200}]'`),
  }),
  file(
    rule,
    "control-plane",
    "a host that is no list",
    es("https://es.example.com:9200"),
    ["error 3:34"],
    es("${ES_HOSTS}"),
  ),
  file(
    rule,
    "control-plane",
    "the example of the chart",
    es(`'[{"host":"es_hostname1","port":9200}]'`),
    ["error 3:34"],
    es(`'[{"host":"es_hostname1","port":9200}]'`).replace("false", "true"),
  ),
  files(
    rule,
    "half of MongoDB",
    community(mongo("Auth")),
    ["error server.yaml:1:21"],
    community(mongo("Auth", "Backend")),
  ),
  files(
    rule,
    "no MongoDB",
    community("mongodb: { enabled: false }\n"),
    ["error server.yaml:1:21", "error server.yaml:1:21"],
    community("mongodb: { enabled: false }\nmckMongodb: { enabled: true, migrated: true }\n"),
  ),
  {
    ...environment(
      rule,
      "a single file, which need not be complete",
      { controlPlane: OFF },
      ["error control-plane.yaml:1:27"],
      { controlPlane: "" },
    ),
    good: { kind: "file", component: "control-plane", text: OFF },
  },
  file(
    rule,
    "control-plane",
    "a list without a host",
    es(`'[{"port":9200}]'`),
    ["error 3:34"],
    es(`'[{"host":"es.example.com"}]'`),
  ),
  file(rule, "control-plane", "an empty list", es("'[]'"), ["error 3:34"], es('"${HOSTS}"')),
];
