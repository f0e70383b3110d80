import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "raw-in-quotes",
    "agent",
    "a user name with a backslash",
    "imageCredentials:\n  username: corp\\user\n",
    ["error 2:13"],
    "imageCredentials:\n  username: corp/user\n",
  ),
  file(
    "raw-in-quotes",
    "serving",
    "a URL with a quote",
    "clearml:\n  defaultBaseServeUrl: 'http://127.0.0.1:8080/\"serve\"'\n",
    ["error 2:24"],
    'clearml:\n  defaultBaseServeUrl: "http://127.0.0.1:8080/serve"\n',
  ),
  file(
    "raw-in-quotes",
    "agent",
    "an index with a quote",
    "clearml:\n  extraIndexUrl: 'https://pypi.example.com/\"simple\"'\n",
    ["error 2:18"],
    // A script is printed as a block, and a backslash is right there.
    "agentk8sglue:\n  customBashScript: 'echo \"a\\n\"'\n",
  ),
];
