import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "github-expression",
    "control-plane",
    "an expression of GitHub",
    "imageCredentials:\n  password: ${{ secrets.TOKEN }}\n",
    ["error 2:13"],
    "imageCredentials:\n  password: ${TOKEN}\n",
  ),
];
