import type { Environment } from "../../../environment/model.ts";
import { environmentTexts } from "../../facts/environment-texts.ts";
import { isInert } from "../../facts/inert.ts";
import { isBracketedUrl, placeholderIn } from "../../facts/leftover.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const placeholderLeft: Rule = {
  id: "L01",
  slug: "placeholder-left",
  severity: "error",
  about:
    "A placeholder of a guide was never filled in; it is a valid text, so it fails late: DNS, 401, login loop.",
  why: "Guides print `<BASE_DOMAIN>`, `<TENANT_KEY>`, `###` or a dash where you are meant to write something of your own. YAML, Helm and the ClearML server all take such a text as it is, so the mistake shows only when a host is not found, a login is refused or a browser is sent round in circles. Write the value. A secret is named under `secrets:` of clearml.yaml and written as `${NAME}`.",
  check: placeholdersOfValues,
  checkEnvironment: placeholdersOfEnvironment,
};

function* placeholdersOfValues(release: LintRelease): Generator<Hit> {
  for (const { path, value, rule, at } of release.entries) {
    const key = path.at(-1);
    const inKey = typeof key === "string" ? placeholderIn(key) : undefined;
    if (inKey !== undefined && !isInert(release, path)) yield { ...leftOver(inKey, false), at: at("key") };
    if (typeof value !== "string" || isInert(release, path)) continue;
    // A dash is what one guide prints for credentials still to be made.
    const found = value === "-" && rule?.type === "string" ? "-" : placeholderIn(value);
    if (found === undefined || isBracketedUrl(value)) continue;
    yield { ...leftOver(found, rule?.secret === true), at: at() };
  }
}

function* placeholdersOfEnvironment(environment: Environment): Generator<Hit> {
  for (const each of environmentTexts(environment)) {
    // A placeholder for a version is a version that is not pinned.
    if (each.path.at(-1) === "version" || isBracketedUrl(each.text)) continue;
    const found = placeholderIn(each.text);
    if (found !== undefined) yield { ...leftOver(found, false), at: each.at };
  }
}

function leftOver(found: string, isSecret: boolean): Omit<Hit, "at"> {
  return {
    message: `placeholder \`${found}\` was not filled in`,
    hint: isSecret
      ? "name a secret: list it under `secrets:` in clearml.yaml and write `${NAME}`"
      : "write the value, or a `${NAME}` declared in clearml.yaml",
  };
}
