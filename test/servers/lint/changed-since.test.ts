import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inFolder } from "../../unit/environment/support.ts";
import { commitAll, git, places, runIn } from "../../unit/lint/run-support.ts";
import { environmentOf } from "../../unit/lint/support.ts";

const read = (folder: string, file: string) => readFileSync(join(folder, file), "utf8");

describe("changed-since", () => {
  const agent = "somethingElse: 1\n";
  const files = {
    ...environmentOf({ controlPlane: "somethingElse: 1\n", agent }),
    "tenants/globex.yaml":
      "name: globex\nadmin: { name: G, email: g@globex.example }\ncomponents:\n  agent: { overrides: [acme/agent.yaml, globex/agent.yaml], values: { imageCredentials: { password: '${TOKEN}' } } }\n",
    "tenants/globex/agent.yaml": "anotherThing: 1\n",
  };
  const since = (folder: string, ref = "main") => runIn(folder, { changedSince: ref, failOn: "never" });
  const ALL = [
    "unknown-key control-plane.yaml:1",
    "unknown-key tenants/acme/agent.yaml:1",
    "unknown-key tenants/globex/agent.yaml:1",
  ];
  /** The keys nobody knows; other rules of an agent say more about these files. */
  const unknown = (result: Awaited<ReturnType<typeof since>>) => {
    expect(result.thrown).toBeUndefined();
    return places(result).filter((each) => each.startsWith("unknown-key"));
  };

  let repository: string;
  beforeAll(() => {
    repository = mkdtempSync(join(tmpdir(), "lint-repository-"));
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, file)), { recursive: true });
      writeFileSync(join(repository, file), text);
    }
    commitAll(repository);
    git(repository, "checkout", "-q", "-b", "topic");
  });
  afterAll(() => rmSync(repository, { recursive: true, force: true }));

  /** Works on a branch of a copy of the repository. */
  const onBranch = (work: (folder: string) => Promise<void>) =>
    inFolder({}, async (folder) => {
      cpSync(repository, folder, { recursive: true });
      await work(folder);
    });

  it("reports nothing when nothing has changed", () =>
    onBranch(async (folder) => {
      expect(unknown(await since(folder))).toEqual([]);
      expect(unknown(await runIn(folder, { failOn: "never" }))).toEqual(ALL);
    }));

  it.each([
    ["committed", "control-plane.yaml", true, [ALL[0]]],
    ["in the working tree", "control-plane.yaml", false, [ALL[0]]],
    [
      "a file that several tenants use: all that is theirs",
      "tenants/acme/agent.yaml",
      true,
      [ALL[1], ALL[2]],
    ],
    ["a file of one tenant: with what it shares", "tenants/globex/agent.yaml", true, [ALL[1], ALL[2]]],
    ["a tenant", "tenants/globex.yaml", true, [ALL[1], ALL[2]]],
    ["clearml.yaml", "clearml.yaml", true, ALL],
    ["something else", "README.md", true, []],
  ])("%s", (_, file, isCommitted, expected) =>
    onBranch(async (folder) => {
      writeFileSync(
        join(folder, file),
        `# changed\n${existsSync(join(folder, file)) ? read(folder, file) : ""}`,
      );
      if (isCommitted) git(folder, "add", "-A");
      if (isCommitted) git(folder, "commit", "-q", "-m", "change");
      const found = unknown(await since(folder)).map((each) => each.replace(/\d+$/, ""));
      expect(found).toEqual(expected.map((each) => each?.replace(/\d+$/, "")));
    }),
  );

  it("takes what a new file brings", () =>
    onBranch(async (folder) => {
      writeFileSync(
        join(folder, "tenants/new.yaml"),
        "name: new\nadmin: { name: New, email: n@n.example }\ncomponents: { agent: { overrides: [new/agent.yaml] } }\n",
      );
      mkdirSync(join(folder, "tenants/new"));
      writeFileSync(join(folder, "tenants/new/agent.yaml"), "newThing: 1\n");

      expect(unknown(await since(folder))).toEqual(["unknown-key tenants/new/agent.yaml:1"]);
    }));

  it("counts from where the branch left, not from where the other is now", () =>
    onBranch(async (folder) => {
      git(folder, "checkout", "-q", "main");
      writeFileSync(join(folder, "control-plane.yaml"), "# later\n");
      git(folder, "commit", "-q", "-a", "-m", "later");
      git(folder, "checkout", "-q", "topic");
      expect(unknown(await since(folder))).toEqual([]);
    }));

  it("works below the top of the repository, with unusual names", () =>
    inFolder({}, async (folder) => {
      for (const [file, text] of Object.entries(files)) {
        const path = join(folder, "clusters/eu ü", file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
      commitAll(folder);
      git(folder, "checkout", "-q", "-b", "topic");
      const inner = join(folder, "clusters/eu ü");
      writeFileSync(join(inner, "control-plane.yaml"), "# new\nsomethingElse: 1\n");
      expect(unknown(await since(inner))).toEqual(["unknown-key control-plane.yaml:2"]);
    }));

  it("finds a branch at its origin", () =>
    onBranch(async (folder) => {
      git(folder, "update-ref", "refs/remotes/origin/release", "main");
      expect((await since(folder, "release")).thrown).toBeUndefined();
    }));

  it.each([
    ["a reference nobody knows", "nope", "git does not know `nope` here"],
    ["an option", "--output=x", "`--output=x` is no git reference"],
  ])("refuses %s", (_, ref, message) =>
    onBranch(async (folder) => {
      const { thrown } = await since(folder, ref);
      expect(thrown?.kind).toBe("input");
      expect(thrown?.message).toContain(message);
    }),
  );

  it("names the repair where a shallow clone ends before the branch left", () =>
    onBranch(async (folder) => {
      writeFileSync(join(folder, "b.txt"), "b");
      git(folder, "add", "-A");
      git(folder, "commit", "-q", "-m", "b");
      git(folder, "checkout", "-q", "main");
      writeFileSync(join(folder, "c.txt"), "c");
      git(folder, "add", "-A");
      git(folder, "commit", "-q", "-m", "c");
      await inFolder({}, async (other) => {
        const clone = join(other, "clone");
        git(
          other,
          "clone",
          "-q",
          "--depth",
          "1",
          "--no-single-branch",
          "-b",
          "topic",
          `file://${folder}`,
          clone,
        );
        const { thrown } = await since(clone, "origin/main");
        expect(thrown?.message).toContain("no common ancestor of `origin/main`");
        expect(thrown?.problems[0]?.hint).toContain("fetch-depth: 0");
      });
    }));

  it("says so outside of a repository", () =>
    inFolder(files, async (folder) => {
      const { thrown } = await since(folder);
      expect(thrown?.message).toContain("is no git repository");
    }));
});
