import { parse as parseToml } from "smol-toml";
import { errorMessage, UserError } from "../core/errors.ts";
import { TOOLS, type ToolId } from "./publishers.ts";

/** Versions a file asks for; a tool it does not name is absent. */
export type FileVersions = Partial<Record<ToolId, string>>;

/**
 * Reads `.tool-versions` (asdf) or `mise.toml`. Where a tool has several versions the first counts, as there.
 * @throws UserError when the file is neither, cannot be read, or names a version only asdf or mise understands
 */
export function parseVersionFile(text: string, file: string): FileVersions {
  const found = file.endsWith(".toml") ? miseVersions(text, file) : toolVersions(text);
  for (const [tool, version] of Object.entries(found)) {
    if (/^(system|ref:|path:|prefix:|sub-)/.test(version)) {
      throw new UserError({
        message: `${file}: ${tool} has the version \`${version}\`, which names no release`,
        hint: `write a version or a range there, or set the \`${tool}-version\` input`,
      });
    }
  }
  return found;
}

/** `helm 4.2.3 3.21.4 # comment`, one tool per line. */
function toolVersions(text: string): FileVersions {
  const found: FileVersions = {};
  for (const line of text.split(/\r?\n/)) {
    const [name, version] = line.replace(/#.*/, "").trim().split(/\s+/);
    const tool = toolOf(name ?? "");
    if (tool && version) found[tool] = version;
  }
  return found;
}

/** `[tools]` with `helm = "4"`, `helm = ["4", "3"]` or `helm = { version = "4" }`; keys may name a backend. */
function miseVersions(text: string, file: string): FileVersions {
  let parsed: Record<string, unknown>;
  try {
    parsed = parseToml(text);
  } catch (thrown) {
    throw new UserError(
      { message: `${file} is no TOML: ${errorMessage(thrown).split("\n")[0]}`, hint: "correct the file" },
      { cause: thrown },
    );
  }
  const found: FileVersions = {};
  for (const [name, value] of Object.entries((parsed.tools ?? {}) as Record<string, unknown>)) {
    const tool = toolOf(name);
    const version = miseVersion(value);
    if (tool && version !== undefined) found[tool] = version;
  }
  return found;
}

function miseVersion(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return miseVersion(value[0]);
  if (typeof value === "object" && value !== null && "version" in value) return miseVersion(value.version);
  return undefined;
}

/** `helm`, `aqua:helm/helm`, `ubi:yannh/kubeconform`: the last word names the tool. */
function toolOf(name: string): ToolId | undefined {
  const last = name.split(/[:/]/).at(-1);
  return TOOLS.find((tool) => tool === last);
}
