import { describe, expect, it } from "vitest";
import { environmentReleases } from "../../../src/lint/engine.ts";
import { airGapList } from "../../../src/render/air-gap.ts";
import { imagesOf, registryOf } from "../../../src/render/images.ts";
import { objectsOf } from "../../../src/render/objects.ts";
import { load } from "../environment/support.ts";
import { environmentOf } from "../lint/support.ts";

const SHA = `sha256:${"a".repeat(64)}`;

describe("the images of an object", () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    [
      "of containers",
      { containers: [{ image: "a/b:1" }], initContainers: [{ image: "redis" }] },
      ["a/b:1", "redis"],
    ],
    ["by digest", { image: `localhost:5000/a/b@${SHA}` }, [`localhost:5000/a/b@${SHA}`]],
    [
      "put together",
      { driver: { repository: "nvcr.io/nvidia", image: "driver", version: "580" } },
      ["nvcr.io/nvidia/driver:580"],
    ],
    ["put together of four", { registry: "docker.io", repository: "a/b", tag: "1" }, ["docker.io/a/b:1"]],
    ["put together with a digest", { repository: "a", image: "b", version: SHA }, [`a/b@${SHA}`]],
    ["in a variable", { env: [{ name: "K8S_DEFAULT_IMAGE", value: "python:3.12" }] }, ["python:3.12"]],
    [
      "in a text",
      { data: { "pod.yaml": "spec:\n  containers:\n  - name: a\n    image: 'x/y:2'\n" } },
      ["x/y:2"],
    ],
    ["in HOCON", { data: { "a.conf": 'agent {\n  defaultImage = "x/y:3"\n}\n' } }, ["x/y:3"]],
    ["by another key", { defaultContainerImage: "ubuntu:22.04" }, ["ubuntu:22.04"]],
    ["none: a flag", { image: "true" }, []],
    ["none: a path, a sentence", { image: "/a/b", other: { image: "not an image" } }, []],
    ["none: a repository of something else", { repository: "https://x.example.com", version: "1" }, []],
  ])("%s", (_, object, expected) => {
    expect(imagesOf({ kind: "Any", object }).map(({ image }) => image)).toEqual(expected);
  });

  it("are not those that a definition describes", () => {
    expect(imagesOf({ kind: "CustomResourceDefinition", object: { image: "a/b:1" } })).toEqual([]);
  });
});

it.each([
  ["redis:7", "docker.io"],
  ["clearml/agent", "docker.io"],
  ["nvcr.io/nvidia/driver", "nvcr.io"],
  ["localhost/a", "localhost"],
  ["registry:5000/a", "registry:5000"],
])("the registry of %s is %s", (image, registry) => {
  expect(registryOf(image)).toBe(registry);
});

describe("the list for an air gap", () => {
  it("has the charts, and the images of objects and settings, each once and with its registry", async () => {
    const files = environmentOf({
      controlPlane:
        "webserver: { image: { repository: never/alone, tag: '1' } }\nextra: { initImage: a/init:1 }\n",
    });
    const [release] = environmentReleases(await load(files));
    if (!release) throw new Error("no release");
    const pod = (name: string) =>
      `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{image: "redis:7"}]}\n`;
    const rendered = {
      release,
      objects: objectsOf(pod("a") + pod("b"), release),
      packageDigest: "0".repeat(64),
    };
    expect(airGapList([rendered, rendered])).toEqual([
      `chart oci://docker.io/clearml/clearml-enterprise 10.12.7 sha256:${"0".repeat(64)}`,
      "image docker.io/a/init:1",
      "image docker.io/library/redis:7",
    ]);
  });
});
