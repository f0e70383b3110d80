import { describe, expect, it } from "vitest";
import { imagesToMirror } from "../../../src/applications/images.ts";

describe("imagesToMirror", () => {
  it.each([
    [
      "older scripts",
      "converting hpo\nmake sure allegroai/clearml-apps:hpo-1.10.0-1062 was added to local_registry/clearml-apps\n",
      [["allegroai/clearml-apps:hpo-1.10.0-1062", "local_registry/clearml-apps:hpo-1.10.0-1062"]],
    ],
    [
      "newer scripts",
      "> make sure `clearml/apps:a-1` was added to `reg.example.com:5000/clearml_apps`\r\n",
      [["clearml/apps:a-1", "reg.example.com:5000/clearml_apps:a-1"]],
    ],
    [
      "an image said twice",
      "make sure a:1 was added to r/a\nmake sure a:1 was added to r/a.\nmake sure a:2 was added to r/a\n",
      [
        ["a:1", "r/a:1"],
        ["a:2", "r/a:2"],
      ],
    ],
    ["an image without a tag", "make sure host:5000/a was added to r", [["host:5000/a", "r"]]],
    ["other lines", "make sure that you are logged in", []],
  ])("reads the output of %s", (_, output, expected) => {
    expect(imagesToMirror(output).map(({ source, target }) => [source, target])).toEqual(expected);
  });
});
