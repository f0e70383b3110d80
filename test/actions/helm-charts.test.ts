import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { releaseDescription } from "../../src/helm/description.ts";
import type { LocalChart } from "../../src/helm/helm.ts";
import { ensureTools } from "../cluster/tools.ts";
import { componentUse, MAJORS, type RealHelm, realHelm } from "../support/real-helm.ts";
import { startChartRepository } from "../support/registries/classic.ts";
import { sharedCluster } from "../support/shared-cluster.ts";
import { customResource, PLAIN, writeChart } from "../support/small-charts.ts";

let real: RealHelm;
let chart: string;
beforeAll(async () => {
  const cluster = await sharedCluster();
  real = await realHelm(cluster.kubeconfig);
  chart = writeChart(real.folder, "small", PLAIN);
});
afterAll(async () => {
  await real?.stop();
});

describe("charts", () => {
  const use = componentUse("n", "r");
  const fresh = async (path: string): Promise<LocalChart> =>
    (await real.helmWith({})).chart(use, { chart: path });

  it("have the digest of their package, and their metadata and crds", async () => {
    const folder = writeChart(real.folder, "packed", { ...PLAIN, ...customResource("Packed") }, "1.2.3");
    appendFileSync(join(folder, "Chart.yaml"), 'kubeVersion: ">= 1.30.0-0"\n');
    await real.run("helm", ["package", folder, "--destination", real.folder]);
    const path = join(real.folder, "packed-1.2.3.tgz");
    const sum = execFileSync("sha256sum", [path]).toString().slice(0, 64);
    const found = await fresh(path);
    expect(found).toMatchObject({
      path,
      digest: `sha256:${sum}`,
      metadata: { name: "packed", version: "1.2.3", kubeVersion: ">= 1.30.0-0" },
    });
    expect(found.crds).toContain("name: packeds.test.example");
  });

  it("in a folder change their digest with what Helm takes from it, and with nothing else", async () => {
    const folder = writeChart(real.folder, "ignoring", { ...PLAIN, ".helmignore": IGNORE });
    for (const [path, isTaken] of FILES) {
      const before = await fresh(folder);
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), "x");
      expect([path, (await fresh(folder)).digest !== before.digest]).toEqual([path, isTaken]);
    }
    // Helm itself is asked whether this is what it takes.
    for (const major of MAJORS) {
      await real.run(major, ["package", folder, "--destination", real.folder]);
      const list = execFileSync("tar", ["tzf", join(real.folder, "ignoring-1.0.0.tgz")])
        .toString()
        .split("\n");
      expect(FILES.map(([path]) => [path, list.includes(`ignoring/${path}`)])).toEqual(FILES);
    }
  });

  it("that are missing or none are named with their place", async () => {
    const error = await fresh("charts/none-1.0.0.tgz").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).problems[0]).toMatchObject({
      message: "component `redis`: chart charts/none-1.0.0.tgz does not exist",
      at: use.at,
    });
    await expect(fresh(join(chart, "templates"))).rejects.toThrow("no Chart.yaml");
  });

  it("are fetched once, and that package is applied", async () => {
    const helm = await real.helmWith({});
    const namespace = "fetched";
    await real.run("kubectl", ["create", "namespace", namespace]);
    const folder = join(real.folder, "classic");
    mkdirSync(folder);
    await real.run("helm", ["package", chart, "--destination", folder]);
    const { helm: tool } = await ensureTools(["helm"]);
    const repository = await startChartRepository({ chartsDir: folder, helm: tool });
    const reference = { chart: "small", repo: repository.url, version: "1.0.0" };
    const found = await helm.chart(use, reference);
    await repository.stop();
    expect(await helm.chart(use, { ...reference })).toBe(found);
    const one = componentUse(namespace, "r");
    const request = { release: "r", namespace, description: releaseDescription(found.digest, "me") };
    await helm.preview(one, { ...request, reference }, {});
    const record = await helm.upgrade(one, { ...request, reference: { chart: found.path } }, {});
    expect(record.chartDigest).toBe(found.digest);
    const other = helm.chart(use, { ...reference, version: "2.0.0" });
    await expect(other).rejects.toMatchObject({ problems: [{ at: use.at }] });
  });
});

const IGNORE = `# a comment
*.bak
/top.txt
notes/
docs/*.md
te?t.txt
[ab]z.txt
`;

const FILES: readonly (readonly [string, boolean])[] = [
  ["kept.txt", true],
  ["x.bak", false],
  ["deep/er/x.bak", false],
  ["top.txt", false],
  ["deep/top.txt", true],
  ["notes/a.txt", false],
  ["deep/notes/b.txt", false],
  ["docs/a.md", false],
  ["docs/deep/a.md", true],
  ["test.txt", false],
  ["az.txt", false],
  ["cz.txt", true],
  ["templates/.hidden", false],
];
