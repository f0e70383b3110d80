import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes minutes, longest first: started last it would run on alone. Without results of an earlier run only the size of a file is known. */
const LONG = [
  ...["deploy-recover", "tenant-recover", "tenant-absent", "deploy-faults", "tenant-faults"],
  ...[
    "examples-deploy",
    "pending.",
    "examples-operate",
    "fuzz/lint",
    "failed-release",
    "bad-input",
    "mig-nodes",
  ],
  ...["tutorial", "setup-cache", "pages-run", "examples-kind", "fleet-workflow", "tenant-conflicts"],
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONG.findIndex((name) => moduleId.includes(`/${name}`));
      return index === -1 ? LONG.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

/** More than the two processors of a small runner: tests wait, for real parts and for time to pass. */
const WORKERS = 3;

export default defineConfig({
  test: {
    // One less than the processors is the default, which leaves a machine of two with one.
    maxWorkers: "100%",
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          testTimeout: 10_000,
          // Pure logic keeps no state between files; a fresh module graph per file would double the time.
          isolate: false,
          // They wait more than they compute.
          maxWorkers: WORKERS + 1,
        },
      },
      {
        // Modules against servers and tools that the test itself starts: they wait more than they compute.
        test: {
          name: "servers",
          include: ["test/servers/**/*.test.ts"],
          testTimeout: 30_000,
          isolate: false,
          sequence: { groupOrder: 1 },
          maxWorkers: WORKERS,
        },
      },
      {
        // Thousands of damaged, hostile and faulty files; apart from the unit tests, which are to stay quick.
        test: {
          name: "fuzz",
          include: ["test/fuzz/**/*.test.ts"],
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
          maxWorkers: WORKERS,
        },
      },
      {
        // Spawned bundles, real servers, clusters.
        test: {
          name: "actions",
          include: ["test/actions/**/*.test.ts", "test/cluster/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 900_000,
          // Files one after the other share the clusters of their worker.
          isolate: false,
          sequence: { groupOrder: 1 },
          maxWorkers: WORKERS,
        },
      },
    ],
  },
});
