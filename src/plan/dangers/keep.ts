import { kubectlName, type ObjectChange } from "./model.ts";

/** How an object that would be deleted stays. Helm asks the live object on an upgrade, its own record on a removal. */
export function howToKeep(change: ObjectChange): string {
  if (change.release.after().length === 0)
    return "the whole release goes: save what is to be kept first, or leave the component as it is";
  return `to keep it: kubectl annotate ${kubectlName(change)} helm.sh/resource-policy=keep`;
}
