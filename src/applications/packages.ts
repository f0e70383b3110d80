import { UserError } from "../core/errors.ts";
import { readSettings } from "../hocon/settings.ts";
import { readZip } from "./zip.ts";

/** One application of the archive: a zip of its own with a description in it. */
export interface Application {
  /** Name of its zip. */
  file: string;
  id: string;
  name: string;
  version: string;
}

/** What the archive holds. */
export interface Contents {
  /** Folder of the application packages; empty for the top. */
  folder: string;
  applications: readonly Application[];
  /** Paths of ClearML's own scripts. */
  upload: string;
  convert?: string;
}

const UPLOAD_SCRIPT = "upload_apps.py";
const CONVERT_SCRIPT = "convert_image_registry.py";
/** A description is a page of text. */
const PACKAGE_LIMITS = { files: 10_000, fileBytes: 256 * 1024 * 1024, bytes: 1024 * 1024 * 1024 };
const MAX_DESCRIPTION = 1024 * 1024;

/**
 * Finds the packages and the scripts, wherever in the archive they lie.
 * @param name what to call the archive in messages
 * @throws UserError when it holds no applications, packages in several folders, or no script to upload them
 */
export function contentsOf(files: ReadonlyMap<string, Uint8Array>, name: string): Contents {
  const packages = [...files].filter(([path]) => path.endsWith(".zip"));
  const folders = [...new Set(packages.map(([path]) => folderOf(path)))];
  const [folder] = folders;
  if (folder === undefined) throw noArchive(name, "it holds no application packages (.zip)");
  if (folders.length > 1) {
    throw noArchive(
      name,
      `it holds packages in several folders: ${folders.map((each) => each || ".").join(", ")}`,
    );
  }
  const upload = script(files, UPLOAD_SCRIPT);
  if (upload === undefined) throw noArchive(name, `it holds no ${UPLOAD_SCRIPT}`);
  const convert = script(files, CONVERT_SCRIPT);
  return {
    folder,
    applications: packages
      .map(([path, bytes]) => applicationOf(path, bytes))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    upload,
    ...(convert === undefined ? {} : { convert }),
  };
}

function folderOf(path: string): string {
  return path.split("/").slice(0, -1).join("/");
}

/** The script nearest to the top. */
function script(files: ReadonlyMap<string, Uint8Array>, name: string): string | undefined {
  return [...files.keys()]
    .filter((path) => path === name || path.endsWith(`/${name}`))
    .sort((a, b) => a.split("/").length - b.split("/").length)[0];
}

/** Id, name and version as the package's `<name>.app.conf` says them; a package without one is listed by its name. */
function applicationOf(path: string, bytes: Uint8Array): Application {
  const file = path.split("/").at(-1) ?? path;
  const descriptions = readZip(bytes, file, PACKAGE_LIMITS, (each) => each.endsWith(".app.conf"));
  const [description] = [...descriptions].sort(([a], [b]) => a.length - b.length);
  const text = new TextDecoder().decode(description?.[1].slice(0, MAX_DESCRIPTION));
  const settings = new Map(readSettings(text).map((each) => [each.path.join("."), each.text]));
  const setting = (key: string) => settings.get(key)?.replace(/^"+|"+$/g, "");
  const id = setting("id") ?? file.replace(/\.zip$/, "");
  return { file, id, name: setting("name") ?? id, version: setting("version") ?? "unknown" };
}

function noArchive(name: string, reason: string): UserError {
  return new UserError({
    message: `${name} is no applications archive: ${reason}`,
    hint: "set `archive` to the zip ClearML handed over, as it is",
  });
}
