import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { contentsOf } from "../../../src/applications/packages.ts";

const text = (content: string) => strToU8(content);

function application(description: string, file = "hpo.app.conf"): Uint8Array {
  return zipSync({ [file]: text(description), "assets/icon.svg": text("<svg/>") });
}

const HPO = `
id: "hpo"
name: "Hyperparameter optimization"
version: "1.10.0"
task { image: "allegroai/clearml-apps:hpo-1.10.0-1062", version: "9.9.9" }
`;

describe("contentsOf", () => {
  it("finds packages and scripts wherever they lie, and reads id and version of each", () => {
    const files = new Map([
      ["release/upload_apps.py", text("")],
      ["release/tools/old/upload_apps.py", text("")],
      ["release/convert_image_registry.py", text("")],
      ["release/apps/hpo.zip", application(HPO)],
      ["release/apps/trigger.zip", application("id = trigger\nversion = 2.0", "x/trigger.app.conf")],
      ["release/apps/plain.zip", zipSync({ "README.md": text("no description") })],
    ]);
    expect(contentsOf(files, "apps.zip")).toEqual({
      folder: "release/apps",
      upload: "release/upload_apps.py",
      convert: "release/convert_image_registry.py",
      applications: [
        { file: "hpo.zip", id: "hpo", name: "Hyperparameter optimization", version: "1.10.0" },
        { file: "plain.zip", id: "plain", name: "plain", version: "unknown" },
        { file: "trigger.zip", id: "trigger", name: "trigger", version: "2.0" },
      ],
    });
  });

  it.each([
    ["no packages", { "upload_apps.py": text("") }, "holds no application packages"],
    ["no script", { "apps/a.zip": application(HPO) }, "holds no upload_apps.py"],
    [
      "packages in two folders",
      { "upload_apps.py": text(""), "a/a.zip": application(HPO), "b/b.zip": application(HPO) },
      "several folders: a, b",
    ],
    ["a broken package", { "upload_apps.py": text(""), "a.zip": text("PK") }, "a.zip cannot be unpacked"],
  ])("refuses an archive with %s", (_, files, reason) => {
    expect(() => contentsOf(new Map(Object.entries(files)), "apps.zip")).toThrow(reason);
  });
});
