import { valueAt } from "../../overrides/values.ts";
import type { LintRelease } from "../model.ts";

const TOLD = {
  apiserver: {
    paths: [
      ["webserver", "displayedServerURLs", "apiserver"],
      ["clearml", "clientConfigurationApiUrl"],
    ],
    variable: /^WEBSERVER__(apiBaseUrl|displayedServerUrls)$/,
  },
  fileserver: {
    paths: [
      ["webserver", "displayedServerURLs", "fileserver"],
      ["clearml", "clientConfigurationFilesUrl"],
    ],
    variable: /^WEBSERVER__(fileBaseUrl|displayedServerUrls)$/,
  },
};

/** Whether the values of the server say by which URL clients reach a part, so that nobody has to guess it. */
export function tellsUrls({ values, variables }: LintRelease, part: "apiserver" | "fileserver"): boolean {
  const { paths, variable } = TOLD[part];
  const isSet = paths
    .map((path) => valueAt(values, path))
    .some((value) => value !== undefined && value !== "");
  return isSet || variables.some(({ name }) => variable.test(name));
}
