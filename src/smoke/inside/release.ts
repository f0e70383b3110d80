import type { ReleaseRecord } from "../../helm/record.ts";
import type { SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";

export const release = insideCheck({
  name: "release",
  proves: "The gateway's release is deployed: its last installation or upgrade came to its end.",
  run: async (gateway) =>
    judgeRelease(await gateway.record(), `release ${gateway.namespace}/${gateway.release}`),
});

/** @param name of the release, with its namespace */
export function judgeRelease(
  record: Pick<ReleaseRecord, "revision" | "status" | "chart" | "chartVersion"> | undefined,
  name: string,
): SmokeResult {
  if (!record) {
    return {
      status: "skip",
      detail: `Helm has no record of a ${name}`,
      hint: "deploy the tenant with deploy-tenant, or correct `namespace` and `release` of the gateway in its file",
    };
  }
  const { revision, status, chart, chartVersion } = record;
  if (status === "deployed")
    return { status: "pass", detail: `${chart} ${chartVersion}, revision ${revision}` };
  return { status: "fail", detail: `revision ${revision} of ${name} is ${status}`, hint: repairOf(status) };
}

function repairOf(status: string): string {
  if (status.startsWith("pending-")) {
    return "a run is at work on it, or was killed: wait for it, or run deploy-tenant, which repairs it (`repair-pending`)";
  }
  if (status === "failed") return "see what the run of deploy-tenant said, then run it again";
  return "deploy the tenant again";
}
