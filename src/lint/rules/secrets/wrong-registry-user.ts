import { valueAt } from "../../../overrides/values.ts";
import { secretUseAt } from "../../facts/secret-uses.ts";
import type { LintRelease, Rule } from "../../model.ts";

/** The user whose token opens the billing images. */
const BILLING_USER = "dockerhubcustpocbillingaccess";
const PASSWORD = "imageCredentials.password";

export const wrongRegistryUser: Rule = {
  id: "L66",
  slug: "wrong-registry-user",
  severity: "warning",
  about:
    "The registry user or token does not belong to this chart: billing has a user and a token of its own.",
  why: "Docker Hub refuses the images, and the pods stay in ImagePullBackOff. The billing chart's images open for the user `dockerhubcustpocbillingaccess` with a token of its own, those of every other ClearML chart for `allegroaienterprise`.",
  *checkAll(releases) {
    const billing = releases.find(({ id }) => id === "billing");
    const token = billing && !isMirrored(billing) ? secretUseAt(billing, PASSWORD) : undefined;
    for (const release of releases) {
      if (isMirrored(release)) continue;
      yield* wrongUser(release);
      const own = release === billing ? undefined : secretUseAt(release, PASSWORD);
      if (!own || own.identity !== token?.identity) continue;
      yield {
        message: `the token in \`${PASSWORD}\` is that of the billing images`,
        hint: "give each its own token",
        at: own.entry.at(),
        related: [{ at: token.entry.at(), message: "the token of billing" }],
      };
    }
  },
};

function* wrongUser(release: LintRelease) {
  const path = ["imageCredentials", "username"];
  const username = valueAt(release.values, path);
  const isBilling = release.id === "billing";
  if (typeof username !== "string" || username === "" || /[$<]/.test(username)) return;
  // Others may have a user of their own at Docker Hub.
  if ((username === BILLING_USER) === isBilling) return;
  yield {
    message: `\`${username}\` is not the registry user of ${isBilling ? "the billing chart" : "this chart"}`,
    hint: `write ${isBilling ? BILLING_USER : "allegroaienterprise"}, with its own token`,
    at: release.locate(path),
  };
}

/** A mirror has users of its own. */
function isMirrored({ values }: LintRelease): boolean {
  const registry = valueAt(values, ["imageCredentials", "registry"]);
  return typeof registry === "string" && !/^$|docker\.io/.test(registry);
}
