import { configFile, settings } from "../server-settings.ts";
import { environment, type RuleCase } from "./model.ts";

const rule = "config-path-unmatched";
const METADATA = "CLEARML__secure__login__sso__saml_client__duo__idp_metadata_file";
const named = (path: string) => settings([METADATA, path]).replace("apiserver:\n", "");
const metadata = (key: string) => configFile(key, "<EntityDescriptor/>");

export const cases: readonly RuleCase[] = [
  environment(
    rule,
    "a file of another name",
    { controlPlane: metadata("metadata.xml") + named("/opt/clearml/config/default/idp.xml") },
    ["warning control-plane.yaml:7:14"],
    { controlPlane: metadata("metadata.xml") + named("/opt/clearml/config/default/metadata.xml") },
  ),
  environment(
    rule,
    "no file at all",
    { controlPlane: settings([METADATA, `'"/opt/clearml/config/idp.xml"'`]) },
    ["warning control-plane.yaml:4:14"],
    {
      controlPlane: `${settings([METADATA, `'"/opt/clearml/config/idp.xml"'`])}  existingAdditionalConfigsSecret: server-configs\n`,
    },
  ),
  {
    ...environment(
      rule,
      "a single file, and a volume that brings the file",
      {
        controlPlane: `${settings([METADATA, "/opt/clearml/config/idp.xml"])}  additionalVolumeMounts: []\n`,
      },
      ["warning control-plane.yaml:4:14"],
      {
        controlPlane: `${settings([METADATA, "/opt/clearml/config/idp.xml"])}  additionalVolumes: [{ name: a }]\n  additionalVolumeMounts: [{ name: a, mountPath: /opt/clearml/config }]\n`,
      },
    ),
  },
];
