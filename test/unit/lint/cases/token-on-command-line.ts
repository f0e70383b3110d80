import { commands, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  commands(
    "token-on-command-line",
    "login.sh",
    "logins with the password as an argument",
    'helm registry login docker.io --username u --password "$TOKEN"\nsudo docker login -u u -p=$TOKEN\nhelm repo add c https://charts.example.com \\\n  --username t --password=abc\n',
    ["warning login.sh:1:44", "warning login.sh:2:24", "warning login.sh:4:16"],
    'printf %s "$TOKEN" | helm registry login docker.io --username u --password-stdin\npython upload_apps.py --user u --password "$P"\necho "--password x"\nmkdir -p docker/login\nhelm install x oci://y/z --version 1.0.0 --set auth.password=$P\n',
  ),
  commands(
    "token-on-command-line",
    ".github/actions/login/action.yml",
    "in a composite action",
    "runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: helm registry login docker.io -u u -p ${{ inputs.token }}\n",
    ["warning .github/actions/login/action.yml:5:47"],
    'runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: echo "$TOKEN" | helm registry login docker.io -u u --password-stdin\n',
  ),
];
