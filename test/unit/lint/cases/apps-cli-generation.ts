import { commands, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  commands(
    "apps-cli-generation",
    "apps.sh",
    "a user with the options of the newer script",
    "python3 ./upload_apps.py --host $API --user u --password p --command upload --dir apps -ml\n",
    ["error apps.sh:1:60"],
    "python3 ./upload_apps.py --host $API --user u --password p --dir apps -ml\npython3 upload_apps.py --host $API --key k --secret s --command upload --dir apps -ml\n",
  ),
  commands(
    "apps-cli-generation",
    "apps.sh",
    "the newer script without a command",
    'python upload_apps.py --host "$API" --key=$KEY --secret=$SECRET --dir apps\n',
    ["error apps.sh:1:37"],
    'python upload_apps.py --host "$API" --key=$KEY --secret=$SECRET --command=upload --dir apps\n',
  ),
  commands(
    "apps-cli-generation",
    "apps.sh",
    "both names of the registry",
    "./convert_image_registry.py --apps-dir apps --repo r/apps --artifactory r/apps\n",
    ["error apps.sh:1:59"],
    "./convert_image_registry.py --apps-dir apps --repo r/apps\n",
  ),
];
