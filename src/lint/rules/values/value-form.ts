import type { Pattern } from "../../../catalogue/model.ts";
import {
  API_URL,
  CONFIG_FILE,
  DOMAIN,
  FILES_URL,
  HOST,
  HOST_OR_IP,
  QUEUE_NAME,
} from "../../../catalogue/patterns.ts";
import { nearestName } from "../../../yaml/nearest.ts";
import { formHits } from "../../facts/form.ts";
import { isInert } from "../../facts/inert.ts";
import type { Entry, Hit, Rule } from "../../model.ts";

/** Forms with a rule of their own. */
const ELSEWHERE = new Set<Pattern>([API_URL, CONFIG_FILE, DOMAIN, FILES_URL, HOST, HOST_OR_IP, QUEUE_NAME]);

export const valueForm: Rule = {
  id: "T2",
  slug: "value-form",
  severity: "error",
  about: "A value is not one of the allowed words, out of range, or of another form than the chart expects.",
  why: "The chart hands the value on as it is, and Kubernetes or ClearML refuses it: words must be spelt exactly, with their capitals, and numbers must lie in their range. The pods then fail at start, or the install ends halfway. Write one of the words, or a value of the form that the message names.",
  *check(release) {
    yield* formHits(release, (pattern) => !ELSEWHERE.has(pattern));
    for (const entry of release.entries) {
      if (entry.leftover || isInert(release, entry.path)) continue;
      const reason = wrongWord(entry) ?? outOfRange(entry);
      if (reason) yield { ...reason, at: entry.at() };
    }
  },
};

function wrongWord({ rule, text }: Entry): Omit<Hit, "at"> | undefined {
  if (!rule?.words || text === undefined || text === "" || rule.words.includes(text)) return undefined;
  const nearest = nearestName(text, rule.words);
  return {
    message: `\`${text}\` is not one of ${rule.words.join(", ")}`,
    ...(nearest ? { hint: `did you mean \`${nearest}\`?` } : {}),
  };
}

function outOfRange({ rule, value }: Entry): Omit<Hit, "at"> | undefined {
  if (!rule || typeof value !== "number") return undefined;
  const { minimum = -Infinity, maximum = Infinity } = rule;
  if (value >= minimum && value <= maximum) return undefined;
  const range = maximum === Infinity ? `at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return { message: `${value} is out of range`, hint: `expected a number ${range}` };
}
