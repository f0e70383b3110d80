import { file, type RuleCase } from "./model.ts";

const RULE = "mojibake-or-invisible";

export const cases: readonly RuleCase[] = [
  file(RULE, "redis", "a tab", "auth:\n\tenabled: true\n", ["error 2:1"], "auth:\n  enabled: true\n"),
  file(
    RULE,
    "redis",
    "a tab behind spaces",
    "auth:\n  enabled: true\n  \tsentinel: true\n",
    ["error 3:3"],
    "auth:\n  enabled: true\ncommonConfiguration: |\n  a\n  \tb\n",
  ),
  file(RULE, "redis", "a byte order mark", "\ufeffauth: {}\n", ["info 1:1"], "auth: {}\n"),
  file(
    RULE,
    "control-plane",
    "a blank before a key that YAML takes for a letter",
    "clearml:\n  \u00a0cookieDomain: a.example\n",
    ["warning 2:3"],
    "clearml:\n  cookieDomain: a.example\n",
  ),
  file(
    RULE,
    "control-plane",
    "a no-break blank that is no part of prose",
    "elasticsearch:\n  esJavaOpts: -Xmx2g\u00a0-Xms2g\nclearml:\n  cookieDomain: ml.example.com\u00a0\n",
    ["warning 2:21", "warning 4:31"],
    "apiserver:\n  extraEnvs:\n    - name: GREETING\n      value: Bonjour tout le monde\u00a0!\n",
  ),
  file(
    RULE,
    "control-plane",
    "an invisible character",
    "clearml:\n  cookieDomain: ml.exam\u200bple.com\n",
    ["warning 2:24"],
    "clearml:\n  cookieDomain: ml.example.com # a\u200bb\n",
  ),
  file(
    RULE,
    "control-plane",
    "UTF-8 read as Windows-1252",
    "apiserver:\n  extraEnvs:\n    - name: GREETING\n      value: the cluster\u00e2\u20ac\u2122s S\u00c3\u00a3o\n",
    ["warning 4:25"],
    "apiserver:\n  extraEnvs:\n    - name: GREETING\n      value: the cluster\u2019s S\u00e3o N\u00c3O 5 \u20ac \u{1f469}\u200d\u{1f52c}\n",
  ),
  file(
    RULE,
    "agent",
    "an accent in the agent's configuration",
    "clearml:\n  clearmlConfig: |\n    sdk {\n      # d\u00e9j\u00e0\n    }\n",
    ["warning 4:10"],
    "clearml:\n  clearmlConfig: |\n    sdk {\n    }\n  extraIndexUrl: https://pip.example/d\u00e9j\u00e0\n",
  ),
];
