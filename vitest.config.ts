import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // One less than the processors is the default, which leaves a machine of two with one.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          testTimeout: 10_000,
          // Pure logic keeps no state between files; a fresh module graph per file would double the time.
          isolate: false,
        },
      },
      {
        // Thousands of damaged, hostile and faulty files; apart from the unit tests, which are to stay quick.
        test: {
          name: "fuzz",
          include: ["test/fuzz/**/*.test.ts"],
          testTimeout: 120_000,
        },
      },
      {
        // Spawned bundles, real servers, one cluster a file: two at a time.
        test: {
          name: "actions",
          include: ["test/actions/**/*.test.ts", "test/cluster/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 900_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
