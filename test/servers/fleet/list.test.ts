import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changedTenants } from "../../../src/fleet/changed.ts";
import { type ListOptions, type ListOutputs, listTenants } from "../../../src/fleet/list.ts";
import type { Fleet } from "../../../src/fleet/model.ts";
import { inFolder, load } from "../../unit/environment/support.ts";
import { fleetFiles, recordingContext } from "../../unit/fleet/support.ts";
import { commitAll, git } from "../../unit/lint/run-support.ts";

const NAMES = ["acme", "globex", "initech"];
const FILES = fleetFiles(NAMES);
const DEFAULTS: ListOptions = {
  config: "clearml.yaml",
  tenants: [],
  canary: [],
  shards: 256,
  perShard: 20,
  budget: { kind: "percent", value: 2 },
};

interface Listed extends ListOutputs {
  names: string[];
  summary: string;
  file: Fleet;
}

async function list(folder: string, options: Partial<ListOptions> = {}): Promise<Listed> {
  const { context, said, done } = recordingContext();
  try {
    const outputs = await listTenants({ ...DEFAULTS, ...options }, folder, context);
    const names = outputs.tenants.include.flatMap(({ tenants }) => tenants.split("\n")).sort();
    const file = JSON.parse(readFileSync(outputs.fleet, "utf8")) as Fleet;
    return { ...outputs, names, summary: said.summary, file };
  } finally {
    done();
  }
}

/** Changes a committed repository with these files, and lists what that reaches. */
function listedAfter(change: (folder: string) => void, files?: Record<string, string>): Promise<Listed> {
  return inFolder(files ?? {}, async (folder) => {
    if (files) commitAll(folder);
    else cpSync(repository, folder, { recursive: true });
    change(folder);
    return list(folder, { changedSince: "main" });
  });
}

const append = (file: string) => (folder: string) => {
  writeFileSync(join(folder, file), `${readFileSync(join(folder, file), "utf8")}# changed\n`);
};

const edit = (file: string, from: string | RegExp, to: string) => (folder: string) => {
  writeFileSync(join(folder, file), readFileSync(join(folder, file), "utf8").replace(from, to));
};

let repository: string;
beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), "fleet-repository-"));
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    writeFileSync(join(repository, file), text);
  }
  commitAll(repository);
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));

describe("a fleet", () => {
  it("comes out as jobs by wave, as a file and in the summary", () =>
    inFolder(FILES, async (folder) => {
      const listed = await list(folder, { canary: ["globex"], perShard: 1 });
      expect(listed.waves.canary).toEqual({
        include: [{ shard: 1, wave: "canary", tenants: "globex", count: 1, maxFailures: 0 }],
      });
      expect(listed).toMatchObject({ count: 3, names: NAMES, removed: [] });
      const all = Object.values(listed.waves).flatMap(({ include }) => include);
      expect(listed.tenants.include).toEqual(all);
      expect(listed.file).toMatchObject({ version: 1, environment: "test", budget: DEFAULTS.budget });
      expect(listed.file.shards.map(({ tenants }) => tenants)).toEqual(all.map((entry) => [entry.tenants]));
      expect(listed.summary).toContain("**3 of 3 tenants**");
      expect(listed.summary).toContain("| canary | 1 | 1 | 1 |");
    }));

  it("can be listed one wave at a time", () =>
    inFolder(FILES, async (folder) => {
      const listed = await list(folder, { canary: ["a*"], wave: "canary" });
      expect(listed).toMatchObject({ count: 1, names: ["acme"] });
      expect(listed.waves.rest.include).toEqual([]);
      expect(listed.file.shards.flatMap(({ tenants }) => tenants)).toHaveLength(3);
    }));

  it("is made of the tenants that are asked for", () =>
    inFolder(FILES, async (folder) => {
      expect((await list(folder, { tenants: ["*tech", "acme"] })).names).toEqual(["acme", "initech"]);
      await expect(list(folder, { tenants: ["acne"] })).rejects.toThrow("`acne` is the name of no tenant");
      await expect(list(folder, { canary: ["x*"] })).rejects.toThrow("input `canary`");
    }));

  it("can be those with a gateway, which need not be all that are named", () => {
    const gateway = "  app-gateway: { chart: ../charts/gateway }\n";
    const off = "  task-traffic-router: { chart: ../charts/router, enabled: false }\n";
    const files = {
      ...FILES,
      "tenants/globex.yaml": FILES["tenants/globex.yaml"] + gateway,
      "tenants/initech.yaml": FILES["tenants/initech.yaml"] + off,
    };
    return inFolder(files, async (folder) => {
      expect((await list(folder, { withGateway: true })).names).toEqual(["globex"]);
      expect(await list(folder, { withGateway: true, tenants: ["acme"] })).toMatchObject({ count: 0 });
    });
  });

  it("needs a job for each wave, and has not more than GitHub makes", () =>
    inFolder(fleetFiles(["acme", "a", "b", "c", "d", "e", "f", "g", "h", "i"]), async (folder) => {
      await expect(list(folder, { shards: 1 })).rejects.toThrow(/expected a number from [234] to 256, got 1/);
      await expect(list(folder, { shards: 300 })).rejects.toThrow("to 256, got 300");
    }));
});

describe("what a change reaches", async () => {
  const environment = await load(FILES);

  it.each<[string, string, string[]]>([
    ["a tenant's file", "tenants/acme.yaml", ["acme"]],
    ["an override of a tenant", "tenants/globex/agent.yaml", ["globex"]],
    ["an override of several", "shared/agent.yaml", NAMES],
    ["a chart in the repository", "charts/agent/templates/x.yaml", NAMES],
    ["the environment file", "clearml.yaml", NAMES],
    ["an override of the control plane", "overrides/control-plane.yaml", NAMES],
    ["an override of what tenants take nothing from", "overrides/gpu.yaml", []],
    ["a file of nobody", "README.md", []],
  ])("%s", (_, file, names) => expect([...changedTenants(environment, new Set([file]))]).toEqual(names));

  it("also without a component that could tell", async () => {
    const bare = await load({
      "clearml.yaml":
        "version: 1\nname: test\nbaseDomain: ml.example.com\ncomponents: {}\ntenants: tenants/*.yaml\n",
      "tenants/acme.yaml": "name: acme\nadmin: { name: A, email: a@acme.example }\n",
      "tenants/globex.yaml": "name: globex\nadmin: { name: A, email: a@globex.example }\n",
    });
    expect([...changedTenants(bare, new Set(["clearml.yaml"]))]).toEqual(["acme", "globex"]);
    expect([...changedTenants(bare, new Set(["tenants/globex.yaml"]))]).toEqual(["globex"]);
  });

  it("is listed with a canary among the few", async () => {
    const listed = await listedAfter(append("tenants/initech.yaml"));
    expect(listed).toMatchObject({ names: ["initech"], count: 1, removed: [] });
    expect(listed.waves.canary.include.map(({ tenants }) => tenants)).toEqual(["initech"]);
  });

  it("is asked of git, which must know the reference", () =>
    expect(list(repository, { changedSince: "nope" })).rejects.toThrow("git does not know `nope`"));
});

describe("tenants that have gone", () => {
  const inPlace = {
    ...FILES,
    "clearml.yaml": `${(FILES["clearml.yaml"] ?? "").replace(/tenants:.*\n/, "")}tenants:
  - { name: acme, admin: { name: A, email: a@acme.example } }
  - { name: globex, admin: { name: A, email: a@globex.example } }
`,
  };

  it.each<[string, (folder: string) => void, string[], Record<string, string>?]>([
    ["nobody", () => undefined, []],
    ["a deleted file", (folder) => rmSync(join(folder, "tenants/acme.yaml")), ["acme"]],
    ["another name in the same file", edit("tenants/acme.yaml", "name: acme", "name: new"), ["acme"]],
    [
      "not a file that was only moved",
      (folder) => renameSync(join(folder, "tenants/acme.yaml"), join(folder, "tenants/moved.yaml")),
      [],
    ],
    [
      "what another pattern leaves out",
      edit("clearml.yaml", "tenants/*.yaml", "tenants/a*.yaml"),
      ["globex", "initech"],
    ],
    ["one of a list in place", edit("clearml.yaml", / {2}- { name: globex.*\n/, ""), ["globex"], inPlace],
    [
      "not what was no tenant",
      (folder) => {
        edit("clearml.yaml", ", overrides: [overrides/gpu.yaml]", "")(folder);
        rmSync(join(folder, "overrides/gpu.yaml"));
      },
      [],
    ],
  ])("%s", async (_, change, removed, files) => {
    const listed = await listedAfter(change, files);
    expect(listed.removed).toEqual(removed);
    for (const name of removed) expect(listed.summary).toContain(`\`${name}\``);
    expect(listed.names.filter((name) => removed.includes(name))).toEqual([]);
  });

  it("are found from a folder below the top of the repository, whatever its name", () =>
    inFolder({}, async (folder) => {
      const inner = join(folder, "clusters/eu ü");
      for (const [file, text] of Object.entries(FILES)) {
        mkdirSync(dirname(join(inner, file)), { recursive: true });
        writeFileSync(join(inner, file), text);
      }
      commitAll(folder);
      git(folder, "checkout", "-q", "-b", "topic");
      rmSync(join(inner, "tenants/globex.yaml"));
      append("tenants/acme.yaml")(inner);
      expect(await list(inner, { changedSince: "main" })).toMatchObject({
        names: ["acme"],
        removed: ["globex"],
      });
    }));
});
