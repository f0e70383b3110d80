import { writes } from "../../facts/entry-at.ts";
import type { Entry, Hit, Rule } from "../../model.ts";

const PREFIX = "WEBSERVER__";

export const webserverEnvJson: Rule = {
  id: "L45",
  slug: "webserver-env-json",
  severity: "error",
  about:
    "The value of a `WEBSERVER__` variable is not JSON, and the web server's container ends with code 2.",
  why: "The web server reads these values as JSON: texts need double quotes of their own, as in `'\"dark\"'`, and switches are `true` or `false` in lower case. Anything else ends the container before it serves a page. Guides print some of these values without the inner quotes.",
  components: ["control-plane"],
  fixable: true,
  *check({ variables }) {
    for (const { item, name, value } of variables) {
      if (item.path[0] !== "webserver" || !name.startsWith(PREFIX)) continue;
      if (/^[WEBSRV_]/.test(name.slice(PREFIX.length)))
        yield {
          message: `\`${name}\`: the web server takes the first letters off with the prefix, and sets another key`,
          hint: "begin the key with a small letter",
          severity: "warning",
          at: item.at(),
        };
      if (value?.text === undefined || value.leftover || isJson(value.text)) continue;
      yield {
        message: `\`${name}\`: the value is not JSON, and the web server ends at start`,
        hint: hintFor(jsonOf(value.text)),
        at: value.at(),
        ...fixOf(value),
      };
    }
  },
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The text as JSON: a switch of another spelling, or a text in quotes. */
function jsonOf(text: string): string {
  return /^(true|false)$/i.test(text) ? text.toLowerCase() : JSON.stringify(text);
}

function hintFor(json: string): string {
  return json.startsWith('"') ? `write '${json}'` : `write "${json}"`;
}

/** Not for what was meant to be a list or map, or has quotes already. */
function fixOf(value: Entry): Pick<Hit, "fix"> {
  const written = String(value.value);
  if (/^\s*[[{"']|["\\\n]/.test(written)) return {};
  return { fix: writes(value, jsonOf(written), "write it as JSON") };
}
