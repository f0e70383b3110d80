import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { applicationsArchive } from "../support/applications-archive.ts";
import {
  type Given,
  type Served,
  SIGNATURE,
  type Stage,
  SUPERVISOR,
  startStage,
} from "../support/applications-stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.reset());
afterAll(() => stage?.stop());

describe("uploading applications", () => {
  it.each(["older", "newer"] as const)("works with %s scripts, and does it once", async (generation) => {
    stage.served.archive = applicationsArchive({ generation });
    const first = await stage.upload();
    expect(first).toMatchObject({ changed: true, what: "2 applications" });
    const [told1, ...others] = stage.uploads();
    expect(others).toEqual([]);
    expect(told1?.ml).toBe(true);
    expect(Object.keys(told1?.packages ?? {})).toEqual(["hpo.zip", "trigger.zip"]);
    expect(stage.written.lines).toEqual(
      expect.arrayContaining(["applications: hpo 1.10.0", "applications: trigger 2.0.1"]),
    );
    const second = await stage.upload();
    expect(second).toMatchObject({ changed: false, what: "2 applications" });
    expect(stage.uploads()).toHaveLength(1);
    expect(stage.served).toMatchObject({ requests: 2, sent: 1 });
  });

  it("shows credentials and address to nobody", async () => {
    await stage.upload();
    const [script] = stage.uploads();
    const canaries = [SUPERVISOR.accessKey, SUPERVISOR.secretKey, SIGNATURE].flatMap((each) => [
      each,
      Buffer.from(each).toString("base64"),
    ]);
    const pair = Buffer.from(`${SUPERVISOR.accessKey}:${SUPERVISOR.secretKey}`).toString("base64");
    const files = stage.leftovers();
    expect([...files.keys()]).toEqual(["applications.log"]);
    expect(files.get("applications.log")).toContain("uploaded hpo.zip");
    const memory = await stage.memory();
    const written = JSON.stringify([
      script?.commandLine,
      script?.stdin,
      stage.written.lines,
      stage.written.summary,
      memory,
      [...files],
    ]);
    for (const canary of [...canaries, pair]) expect(written).not.toContain(canary);
    expect(stage.written.masks.join("\n")).toContain(SIGNATURE);
  });

  it("uploads a changed archive, and says which versions differ beforehand", async () => {
    await stage.upload();
    stage.served.archive = applicationsArchive({ version: "1.11.0" });
    expect(await stage.plan()).toMatchObject({
      action: "upload",
      reasons: ["the archive has changed", "hpo 1.10.0 → 1.11.0"],
    });
    expect(stage.uploads()).toHaveLength(1);
    expect((await stage.upload()).changed).toBe(true);
    expect(await stage.plan()).toMatchObject({
      action: "none",
      reasons: [],
      applications: [{ id: "hpo", version: "1.11.0" }, {}],
    });
  });

  it("tells an unchanged archive by its content where the server has no ETag", async () => {
    stage.served.etags = false;
    await stage.upload();
    expect((await stage.upload()).changed).toBe(false);
    expect(stage.served.sent).toBe(2);
  });

  it.each([
    ["older", "make sure allegroai/clearml-apps:hpo was"],
    ["newer", "make sure `allegroai/clearml-apps:hpo` was"],
  ] as const)("rewrites images with %s scripts and lists what to copy", async (generation, said) => {
    stage.served.archive = applicationsArchive({ generation });
    const keys = ["imageRegistry: registry.example.com/clearml-apps"];
    await stage.upload({ keys });
    expect(stage.uploads()[0]?.packages["hpo.zip"]).toContain("registry.example.com/clearml-apps:hpo");
    expect(stage.written.summary).toContain("2 images to copy to registry.example.com/clearml-apps");
    expect(stage.written.summary).toContain(
      "| `allegroai/clearml-apps:trigger` | `registry.example.com/clearml-apps:trigger` |",
    );
    expect(stage.leftovers().get("applications.log")).toContain(said);
    expect((await stage.upload({ keys })).changed).toBe(false);
    // Back to ClearML's own images: the same archive, but not the same applications.
    expect((await stage.plan()).reasons).toEqual(["imageRegistry registry.example.com/clearml-apps → none"]);
    await stage.upload();
    expect(stage.uploads()[1]?.packages["hpo.zip"]).toContain("allegroai/clearml-apps:hpo");
  });

  it("takes the archive from a path relative to clearml.yaml", async () => {
    writeFileSync(join(stage.folder, "apps.zip"), stage.served.archive);
    expect((await stage.upload({ archive: "apps.zip" })).changed).toBe(true);
    expect(stage.served.requests).toBe(0);
    rmSync(join(stage.folder, "apps.zip"));
  });

  it("warns when the server is told not to run applications", async () => {
    await stage.upload({ enabled: false });
    expect(stage.written.problems.join()).toContain(
      "warning: applications are uploaded, but `clearmlApplications.enabled`",
    );
  });

  it("warns, and does it again next time, when the script ends well but reports a failure", async () => {
    stage.served.archive = applicationsArchive({
      upload:
        'import sys\nprint("usage: --key --secret" if "--help" in sys.argv else "Error: hpo.zip was refused")',
    });
    expect((await stage.upload()).changed).toBe(true);
    expect(stage.written.problems.join()).toContain('said "Error: hpo.zip was refused"');
    expect((await stage.plan()).action).toBe("upload");
  });

  it("uses the server's own key where the values name no supervisor", async () => {
    const data = { apiserver_key: stage.api.system.accessKey, apiserver_secret: stage.api.system.secretKey };
    const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
    const metadata = { name: "clearml-conf", namespace: "clearml" };
    await stage.kubernetes.apply({
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      data: Object.fromEntries(encoded),
    });
    expect((await stage.upload({ supervisor: false })).changed).toBe(true);
    expect(JSON.stringify([stage.written.lines, [...stage.leftovers()]])).not.toContain(
      stage.api.system.secretKey,
    );
  });
});

describe("what cannot be uploaded", () => {
  const failure = async (given: Given = {}): Promise<string> => {
    const thrown: unknown = await stage.upload(given).catch((error: unknown) => error);
    if (!(thrown instanceof UserError)) throw new Error("no UserError", { cause: thrown });
    return thrown.problems.map(({ message, hint }) => `${message}; ${hint}`).join("\n");
  };
  const script = (lines: string) => applicationsArchive({ upload: `import sys\n${lines}` });
  const serve = (changes: Partial<Served>) => {
    Object.assign(stage.served, changes);
    return {};
  };
  const help = 'if "--help" in sys.argv: print("--key --secret"); sys.exit(0)';

  it.each<[string, () => Given, RegExp]>([
    ["an expired address", () => serve({ status: 403 }), /answered 403; such addresses expire/],
    ["a page in its place", () => serve({ archive: Buffer.from("<html>") }), /it is no zip/],
    [
      "a script that fails",
      () => serve({ archive: script(`${help}\nprint("one"); sys.exit("two " + sys.argv[-2])`) }),
      /upload_apps.py ended with exit code 1: one \| two .*; see its output \(.*applications.log\)/,
    ],
    [
      "a missing module",
      () => serve({ archive: script("import nowhere_at_all") }),
      /pip install nowhere_at_all/,
    ],
    [
      "scripts of an unknown generation",
      () => serve({ archive: applicationsArchive({ generation: "unknown" }) }),
      /other options than those known/,
    ],
    [
      "a script that hangs",
      () => {
        serve({ archive: script(`${help}\nimport time\nprint("waiting", flush=True)\ntime.sleep(60)`) });
        return { keys: ["timeout: 2s"] };
      },
      /exit code 124: waiting \| not done after 2 s; set a longer `timeout`/,
    ],
    ["no Python", () => ({ env: { PATH: "/nowhere" } }), /Python 3 is not on PATH/],
    [
      "a key the server refuses",
      () => ({ env: { SUPERVISOR_SECRET: "not-the-secret-at-all" } }),
      /supervisor__user_key/,
    ],
    ["no address", () => ({ env: { CLEARML_APPS_URL: "" } }), /secret `CLEARML_APPS_URL` has no value/],
    ["an address of another kind", () => ({ archive: "ftp://x/apps.zip" }), /no http\(s\) address/],
    ["a path that leads nowhere", () => ({ archive: "nowhere.zip" }), /archive nowhere.zip cannot be read/],
  ])("says what is wrong with %s, and remembers nothing", async (_, arrange, expected) => {
    const message = await failure(arrange());
    expect(message).toMatch(expected);
    for (const canary of [SIGNATURE, SUPERVISOR.secretKey]) expect(message).not.toContain(canary);
    expect(stage.uploads()).toEqual([]);
    const memory = await stage.memory();
    expect(memory?.data ?? {}).toEqual({});
  });
});
