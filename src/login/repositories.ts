import { type Problem, UserError } from "../core/errors.ts";

/** Inputs a line of `repositories` may take its credentials from. */
export const CREDENTIAL_INPUTS = ["dockerhub-token", "helm-repo-token"] as const;

export type CredentialInput = (typeof CREDENTIAL_INPUTS)[number];

/** Where a user name and password come from; never the text itself. */
export type CredentialSource = { input: CredentialInput } | { username: string; password: string };

/** One line of the `repositories` input. */
export interface RepositoryLine {
  kind: "oci" | "classic";
  /** Host with port, which is all a registry login takes. */
  host: string;
  /** Name and address of a classic repository. */
  name?: string;
  url?: string;
  credentials?: CredentialSource;
  /** "`repositories` line 2", for messages. */
  from: string;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const FORM =
  "write `name=https://host/path` or `oci://host`, then `username=VARIABLE password=VARIABLE` (names of environment variables) or `credentials=helm-repo-token`";

/**
 * Reads the lines of `repositories`: `name=url` for a classic repository or `oci://host[/path]` for a registry, then
 * either `username=VARIABLE password=VARIABLE` or `credentials=` with the name of a token input.
 * @throws UserError with every wrong line
 */
export function parseRepositories(lines: readonly string[]): RepositoryLine[] {
  const problems: Problem[] = [];
  const parsed = lines.flatMap((line, index) => {
    const result = parseLine(line, `\`repositories\` line ${index + 1}`);
    if (typeof result !== "string") return [result];
    problems.push({ message: `\`repositories\` line ${index + 1}: ${result}`, hint: FORM });
    return [];
  });
  const names = parsed.flatMap(({ name }) => name ?? []);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) problems.push({ message: `\`repositories\`: the name \`${twice}\` stands twice`, hint: FORM });
  if (problems.length > 0) throw new UserError(problems);
  return parsed;
}

/** The line, or what is wrong with it. */
function parseLine(line: string, from: string): RepositoryLine | string {
  const [target = "", ...settings] = line.split(/\s+/);
  const credentials = parseCredentials(settings);
  if (typeof credentials === "string") return credentials;
  const common = { from, ...(credentials ? { credentials } : {}) };
  const oci = target.startsWith("oci://");
  const separator = target.indexOf("=");
  if (!oci && separator < 1) return "neither `name=url` nor `oci://host`";
  const name = target.slice(0, separator);
  const text = oci ? target : target.slice(separator + 1);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.host) return "its address is no URL";
  // The address is not repeated: it holds a password.
  if (url.username !== "" || url.password !== "") return "a user name or password stands in the address";
  if (oci) return { kind: "oci", host: url.host, ...common };
  if (url.protocol !== "https:" && url.protocol !== "http:") return `\`${text}\` is no http(s) address`;
  if (!NAME.test(name)) return `\`${name}\` is no repository name`;
  return { kind: "classic", host: url.host, name, url: text.replace(/\/+$/, ""), ...common };
}

function parseCredentials(settings: readonly string[]): CredentialSource | undefined | string {
  const given = new Map(settings.map((setting) => splitOnce(setting)));
  const unknown = [...given.keys()].find((key) => !["username", "password", "credentials"].includes(key));
  // Only the key is repeated: what follows may be a password written here by mistake.
  if (unknown !== undefined) return "a setting other than username=, password= or credentials=";
  if (given.size === 0) return undefined;
  const input = CREDENTIAL_INPUTS.find((each) => each === given.get("credentials"));
  const [username, password] = [given.get("username"), given.get("password")];
  if (given.has("credentials")) {
    if (username !== undefined || password !== undefined)
      return "credentials= excludes username= and password=";
    return input ? { input } : `credentials= knows ${CREDENTIAL_INPUTS.join(" and ")} only`;
  }
  if (!username || !password) return "username= and password= belong together";
  if (!VARIABLE.test(username) || !VARIABLE.test(password))
    return "username= and password= take names of environment variables, not the values";
  return { username, password };
}

function splitOnce(setting: string): [string, string] {
  const at = setting.indexOf("=");
  return at < 0 ? [setting, ""] : [setting.slice(0, at), setting.slice(at + 1)];
}
