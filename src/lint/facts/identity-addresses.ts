import type { Tenant } from "../../environment/model.ts";
import type { Hit, LintRelease } from "../model.ts";
import { type Setting, settingsOf } from "./settings.ts";

/** The e-mail addresses of the identities in the server's configuration, in lower case, with their settings. */
export function identityAddresses(server: LintRelease): Map<string, Setting> {
  const taken = new Map<string, Setting>();
  for (const setting of settingsOf(server)) {
    const { path, value } = setting;
    if (/^secure\.credentials\.[^.]+\.email$/.test(path) && value.kind === "quoted")
      taken.set(value.text.toLowerCase(), setting);
  }
  return taken;
}

/** A tenant whose administrator has the address of an identity. */
export function takenAddressHit({ admin, source, path }: Tenant, identity: Setting): Hit {
  return {
    message: `\`${admin.email}\` is the address of an identity in the server's configuration`,
    hint: "give the admin of the tenant an address of their own",
    at: source.locate([...path, "admin", "email"]),
    related: [{ at: identity.entry.at(), message: "the other user" }],
  };
}
