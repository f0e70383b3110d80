import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { environmentReleases } from "../../../src/lint/engine.ts";
import { manifestCache } from "../../../src/render/manifest-cache.ts";
import { standIn } from "../../../src/render/stand-ins.ts";
import { renderValues } from "../../../src/render/values.ts";
import { load } from "../environment/support.ts";
import { environmentOf } from "../lint/support.ts";

describe("what stands for a secret", () => {
  it("is fine as base64, as a name and as a HOCON text, and differs from name to name", () => {
    const texts = ["TOKEN", "SUPERVISOR_KEY", "COMPANY_ID"].map(standIn);
    expect(new Set(texts).size).toBe(3);
    expect(standIn("TOKEN")).toBe(texts[0]);
    for (const text of texts) {
      expect(text).toMatch(/^standin[a-z]{9}$/);
      expect(Buffer.from(text, "base64").toString("base64")).toBe(text);
    }
  });
});

describe("the values a release is rendered with", () => {
  const valuesOf = async (files: Parameters<typeof environmentOf>[0], id: string) => {
    const releases = environmentReleases(await load(environmentOf(files)));
    const release = releases.find((each) => each.id === id);
    return release && renderValues(release, { apiserver: { ingress: { hostName: "api.of.server" } } });
  };

  it("have names replaced, secrets by stand-ins, and a literal left alone", async () => {
    const controlPlane = "a: ${MAIL} ${TOKEN} ${RELEASE}\nb: $${MAIL}\nc: ${JWKS_KEY}\n";
    expect(await valuesOf({ controlPlane }, "control-plane")).toEqual({
      a: `ops@ml.example.com ${standIn("TOKEN")} clearml`,
      b: "${MAIL}",
      c: standIn("JWKS_KEY"),
      imageCredentials: { password: standIn("TOKEN") },
      clearml: { cookieDomain: "ml.example.com" },
    });
  });

  it("have what a deployment fills in", async () => {
    expect(await valuesOf({ gateway: "clearml: { apiKey: mine }\n" }, "app-gateway")).toMatchObject({
      clearml: { apiKey: "mine", apiServerUrlReference: "https://api.of.server" },
    });
    expect(await valuesOf({ gateway: "{}\n" }, "app-gateway")).toMatchObject({
      clearml: { apiKey: standIn("TENANT_ACCESS_KEY"), apiSecret: standIn("TENANT_SECRET_KEY") },
    });
  });

  it.each([
    ["broken", "a: [\n"],
    ["encrypted", "a: ENC[x]\nsops: { mac: x, lastmodified: y }\n"],
  ])("are not known of a %s file", async (_, controlPlane) => {
    expect(await valuesOf({ controlPlane }, "control-plane")).toBeUndefined();
  });
});

describe("rendered manifests", () => {
  it("are kept in a folder only when their key says everything, and made anew when the file is broken", async () => {
    const folder = mkdtempSync(join(tmpdir(), "clearml-actions-unit-"));
    try {
      let made = 0;
      const render = async () => `manifests ${++made}`;
      const get = (key: string, lasting: boolean) => manifestCache(folder).get([key], lasting, render);
      expect(await get("a", true)).toBe("manifests 1");
      expect(await get("a", true)).toBe("manifests 1");
      expect(await get("b", false)).toBe("manifests 2");
      expect(await get("b", false)).toBe("manifests 3");
      const [file = "", ...others] = readdirSync(folder);
      expect(others).toEqual([]);
      writeFileSync(join(folder, file), "broken");
      expect(await get("a", true)).toBe("manifests 4");
      const one = manifestCache();
      expect(await one.get(["c"], false, render)).toBe(await one.get(["c"], false, render));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
