/**
 * An applications archive like ClearML's, whose scripts behave as the documentation says. What they are told, and how,
 * is written to the file that UPLOADED names, so that tests can look at it.
 */
import { strToU8, zipSync } from "fflate";

export interface ArchiveOptions {
  /** Options of the scripts: `--user/--password` and `--repo`, or `--key/--secret/--command` and `--artifactory`. */
  generation?: "older" | "newer" | "unknown";
  version?: string;
  /** Python that runs in place of the upload. */
  upload?: string;
}

const CONVERT = `
import argparse, os, zipfile
parser = argparse.ArgumentParser()
parser.add_argument("--apps-dir", required=True)
parser.add_argument("OPTION", dest="registry", required=True)
args = parser.parse_args()
for name in sorted(os.listdir(args.apps_dir)):
    path = os.path.join(args.apps_dir, name)
    with zipfile.ZipFile(path) as package:
        files = {each: package.read(each).decode() for each in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for each, text in files.items():
            package.writestr(each, text.replace("allegroai/clearml-apps", args.registry))
    print("make sure %sallegroai/clearml-apps:%s%s was added to %s" % (QUOTE, name[:-4], QUOTE, args.registry))
`;

const UPLOAD = `
import argparse, base64, json, os, sys, urllib.request, zipfile
parser = argparse.ArgumentParser()
parser.add_argument("--host", required=True)
OPTIONS
parser.add_argument("--dir", required=True)
parser.add_argument("-ml", action="store_true")
args = parser.parse_args()
login = base64.b64encode(("%s:%s" % (args.user, args.password)).encode()).decode()
request = urllib.request.Request(args.host + "/auth.login", method="POST", headers={"Authorization": "Basic " + login})
urllib.request.urlopen(request).read()
print("logged in as %s with %s (%s)" % (args.user, args.password, login))
packages = {}
for name in sorted(os.listdir(args.dir)):
    with zipfile.ZipFile(os.path.join(args.dir, name)) as package:
        packages[name] = package.read(name[:-4] + ".app.conf").decode()
    print("uploaded " + name)
told = {"packages": packages, "ml": args.ml, "stdin": sys.stdin.read(), "environment": dict(os.environ)}
if os.path.exists("/proc/self/cmdline"):
    told["commandLine"] = open("/proc/self/cmdline").read()
with open(os.environ["UPLOADED"], "a") as file:
    file.write(json.dumps(told) + "\\n")
`;

const LOGIN_OPTIONS = {
  older: 'parser.add_argument("--user", required=True)\nparser.add_argument("--password", required=True)',
  newer: [
    'parser.add_argument("--key", dest="user", required=True)',
    'parser.add_argument("--secret", dest="password", required=True)',
    'parser.add_argument("--command", choices=["upload", "delete"], required=True)',
  ].join("\n"),
  unknown: 'parser.add_argument("--token", required=True)',
};

/** The bytes of an archive with two applications, `hpo` and `trigger`. */
export function applicationsArchive(options: ArchiveOptions = {}): Uint8Array {
  const { generation = "newer", version = "1.10.0" } = options;
  const [option, quote] = generation === "older" ? ["--repo", ""] : ["--artifactory", "`"];
  const convert = CONVERT.replace("OPTION", option).replaceAll("QUOTE", JSON.stringify(quote));
  const upload = options.upload ?? UPLOAD.replace("OPTIONS", LOGIN_OPTIONS[generation]);
  // The same files give the same bytes.
  return zipSync(
    {
      "convert_image_registry.py": strToU8(convert),
      "upload_apps.py": strToU8(upload),
      "apps/hpo.zip": application("hpo", version),
      "apps/trigger.zip": application("trigger", "2.0.1"),
    },
    { mtime: "2026-01-01" },
  );
}

function application(id: string, version: string): Uint8Array {
  const description = `id: "${id}"\nname: "The ${id}"\nversion: "${version}"\ntask { image: "allegroai/clearml-apps:${id}" }\n`;
  return zipSync({ [`${id}.app.conf`]: strToU8(description) }, { mtime: "2026-01-01" });
}
