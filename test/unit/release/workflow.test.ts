/** What of the release workflow can be seen without running it: rights, secrets, and the names it lists. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const ROOT = resolve(import.meta.dirname, "../../..");

interface Job {
  needs?: string[];
  environment?: string;
  permissions: Record<string, string>;
  steps: { uses?: string; run?: string; with?: Record<string, string>; env?: Record<string, string> }[];
}

const text = readFileSync(join(ROOT, ".github/workflows/release.yml"), "utf8");
const { jobs } = parse(text) as { jobs: Record<string, Job> };

function jobsWith(right: string): string[] {
  return Object.keys(jobs).filter((name) => jobs[name]?.permissions[right] === "write");
}

describe("the release workflow", () => {
  it("mirrors every action", () => {
    const app = jobs.mirror?.steps.find(({ uses }) => uses?.startsWith("actions/create-github-app-token@"));
    const names = app?.with?.repositories?.trim().split("\n").sort();
    expect(names).toEqual(readdirSync(join(ROOT, "actions")).sort());
  });

  it("gives each right to the jobs that need it", () => {
    expect(jobsWith("contents")).toEqual(["release", "major"]);
    expect(jobsWith("id-token")).toEqual(["attest", "npm"]);
    expect(jobsWith("attestations")).toEqual(["attest"]);
    expect(text.match(/secrets\.\w+/g)).toEqual(["secrets.RELEASE_APP_PRIVATE_KEY"]);
  });

  it("publishes only after an approval, and moves v1 when everything is out", () => {
    const approved = Object.keys(jobs).filter((name) => jobs[name]?.environment === "release");
    expect(approved).toEqual(["release", "mirror", "npm"]);
    expect(jobs.major?.needs).toEqual(["decide", "mirror", "npm"]);
    expect(jobs.release?.needs).toEqual(["decide", "attest"]);
  });

  it("runs nothing that packages bring with them where there is something to steal", () => {
    const strong = new Set([...jobsWith("contents"), ...jobsWith("id-token"), "mirror"]);
    const installs = [...strong].flatMap((name) =>
      (jobs[name]?.steps ?? []).flatMap(({ run }) => (run?.startsWith("npm ci") ? [run] : [])),
    );
    expect(new Set(installs)).toEqual(new Set(["npm ci --omit=dev --omit=optional --ignore-scripts"]));
  });

  it("calls scripts that are there", () => {
    const scripts = text.match(/scripts\/release\/[\w-]+\.ts/g) ?? [];
    expect(scripts.length).toBeGreaterThan(5);
    for (const script of scripts) expect(existsSync(join(ROOT, script)), script).toBe(true);
  });
});
