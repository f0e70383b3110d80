import { SERVER_USERS } from "../../catalogue/environment-variables.ts";
import type { Values } from "../../overrides/values.ts";
import type { ReleaseRule } from "./model.ts";
import { settingsIn } from "./settings.ts";

export const credentialUserRemoved: ReleaseRule = {
  rule: "credential-user-removed",
  severity: "stop",
  *check({ use, current, values }) {
    if (use.id !== "control-plane" || !current) return;
    const after = usersIn(values);
    for (const user of [...usersIn(current.values)].filter((each) => !after.has(each))) {
      yield {
        message: `credential \`${user}\` is taken out of secure.credentials: the server deletes its user when it starts`,
        hint: "keep the entry while anything uses the user or its key",
      };
    }
  },
};

/** Names below `secure.credentials` that the values bring; the server's own have its defaults to fall back on. */
function usersIn(values: Values): Set<string> {
  const names = [...settingsIn(values).keys()].flatMap(
    (path) => /^secure\.credentials\.([^.]+)\./.exec(path)?.[1] ?? [],
  );
  return new Set(names.filter((name) => !SERVER_USERS.includes(name)));
}
