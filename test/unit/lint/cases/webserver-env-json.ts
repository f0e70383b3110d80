import { variables } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const rule = "webserver-env-json";
const web = (name: string, value: string) => variables("webserver", [[name, value]]);

export const cases: readonly RuleCase[] = [
  file(
    rule,
    "control-plane",
    "a bare word",
    web("WEBSERVER__forceTheme", "dark"),
    ["error 4:14"],
    web("WEBSERVER__forceTheme", `'"dark"'`),
  ),
  file(
    rule,
    "control-plane",
    "a switch as Python writes it",
    web("WEBSERVER__onlyPasswordLogin", '"True"'),
    ["error 4:14"],
    web("WEBSERVER__onlyPasswordLogin", '"true"'),
  ),
  file(
    rule,
    "control-plane",
    "a map with single quotes",
    web("WEBSERVER__displayedServerUrls", `"{'apiServer': 'https://api.ml.example.com'}"`),
    ["error 4:14"],
    web("WEBSERVER__displayedServerUrls", `'{"apiServer": "https://api.ml.example.com"}'`),
  ),
  file(
    rule,
    "control-plane",
    "letters that go with the prefix",
    web("WEBSERVER__SERVER_NAME", `'"x"'`),
    ["warning 3:7"],
    web("WEBSERVER__serverName", `'"x"'`),
  ),
  file(
    rule,
    "control-plane",
    "a variable of the container is no setting",
    web("WEBSERVER__loginNotice", "Authorised users only"),
    ["error 4:14"],
    web("NGINX_APISERVER_ADDRESS", "http://apiserver:8008"),
  ),
  file(
    rule,
    "control-plane",
    "the same name elsewhere is not read",
    variables("webserver", [["WEBSERVER__defaultTheme", "light"]]),
    ["error 4:14"],
    variables("fileserver", [["WEBSERVER__defaultTheme", "light"]]),
  ),
];
