import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import type { Kubernetes } from "../../../src/kubernetes/api.ts";
import { createLastLines } from "../../../src/readiness/last-lines.ts";

const crashed = { namespace: "shop", pod: "web-1", container: "web", restarts: 1, previous: true };

function cluster(log: () => Promise<string>, patienceMs?: number) {
  const asked: string[] = [];
  const text = (path: string) => {
    asked.push(path);
    return log();
  };
  return { asked, lastLines: createLastLines({ text } as unknown as Kubernetes, patienceMs) };
}

describe("createLastLines", () => {
  it("reads the log of each crash once, of the container that crashed", async () => {
    const { asked, lastLines } = cluster(async () => "words\n");
    await lastLines(crashed);
    await lastLines({ ...crashed });
    await lastLines({ ...crashed, restarts: 2, previous: false });
    expect(asked).toEqual([
      "/api/v1/namespaces/shop/pods/web-1/log?container=web&previous=true&tailLines=20",
      "/api/v1/namespaces/shop/pods/web-1/log?container=web&previous=false&tailLines=20",
    ]);
  });

  it.each([
    ["the last five lines", "1\n2\n3\n\n4\n5\n6\n7\n", ["3", "4", "5", "6", "7"]],
    ["no colours and cursor moves", "\u001b[31mred\u001b[0m\rover\u0007\n", ["red", "over"]],
    ["nothing a runner obeys", "##[error]fake\n", ["## [error]fake"]],
    ["no line without end", `${"x".repeat(400)}\n`, [`${"x".repeat(300)}…`]],
    ["nothing for a removed container", "unable to retrieve container logs for containerd://0a1b", []],
  ])("gives %s", async (_, log, lines) => {
    const { lastLines } = cluster(async () => log);
    expect(await lastLines(crashed)).toEqual(lines);
  });

  it("gives none when the log cannot be read", async () => {
    const { lastLines } = cluster(() => Promise.reject(new UserError({ message: "no kubelet" })));
    expect(await lastLines(crashed)).toEqual([]);
  });

  it("does not wait for a node that is down", async () => {
    const { lastLines } = cluster(() => new Promise(() => undefined), 20);
    expect(await lastLines(crashed)).toEqual([]);
  });
});
