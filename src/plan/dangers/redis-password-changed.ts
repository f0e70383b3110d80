import { textAt } from "../manifest.ts";
import type { ReleaseRule } from "./model.ts";

export const redisPasswordChanged: ReleaseRule = {
  rule: "redis-password-changed",
  severity: "stop",
  *check({ use, current, values }, tag) {
    if (use.id !== "redis" || !current) return;
    const changed = ["password", "existingSecret"].find(
      (key) => textAt(current.values, ["auth", key]) !== textAt(values, ["auth", key]),
    );
    if (!changed) return;
    const [old, wanted] = [current.values, values].map((each) => textAt(each, ["auth", "password"]));
    const tags =
      changed === "password" && old !== undefined && wanted !== undefined
        ? ` (tag ${tag(old)} → tag ${tag(wanted)})`
        : "";
    yield {
      message: `auth.${changed} of the shared Redis changes${tags}: the agents of all tenants are refused until they have the new one`,
      hint: "deploy every tenant right after this, or keep the old one",
    };
  },
};
