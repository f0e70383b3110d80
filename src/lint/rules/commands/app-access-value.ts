import { settingsOf } from "../../facts/settings.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const ALLOWED = ["all", "owner", "group"];
const IN_BODY = /\\?"app_instance_access\\?"\s*:\s*\\?"([^"\\]*)\\?"/g;
const SETTING = /(^|\.)app_instance_access\.(?:.+\.)?allowed$/;

export const appAccessValue: Rule = {
  id: "L133",
  slug: "app-access-value",
  severity: "warning",
  about:
    "Who may see application instances is `all`, `owner` or `group`; another word is refused or ignored.",
  why: "A sample of the documentation writes `groups`. The call `system.update_company_app_instance_access` refuses what is not one of the three words, and as a setting of the server such a value means nothing. Write `group`.",
  components: ["control-plane"],
  *check(release) {
    yield* wrongSettings(release);
  },
  *checkCommands(commands) {
    for (const { text, locate } of commands) {
      for (const found of text.matchAll(IN_BODY)) {
        const value = found[1] ?? "";
        if (ALLOWED.includes(value) || /[$<]/.test(value)) continue;
        const start = found.index + found[0].lastIndexOf(value);
        yield { ...wrong(value), at: locate(start, start + value.length) };
      }
    }
  },
};

function* wrongSettings(release: LintRelease): Generator<Hit> {
  for (const { path, value, entry } of settingsOf(release)) {
    if (!SETTING.test(path) || (value.kind !== "bare" && value.kind !== "quoted")) continue;
    if (!ALLOWED.includes(value.text)) yield { ...wrong(value.text), at: entry.at() };
  }
}

function wrong(value: string): Omit<Hit, "at"> {
  const nearest = value.startsWith("group") ? "group" : value.startsWith("owner") ? "owner" : undefined;
  return {
    message: `\`${value}\` is no value of app_instance_access`,
    hint: nearest ? `write \`${nearest}\`` : "write all, owner or group",
  };
}
