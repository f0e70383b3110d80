import { describe, expect, it } from "vitest";
import { createPages } from "../../../src/kubernetes/pages.ts";
import { RefusedError } from "../../../src/kubernetes/refusals.ts";
import type { Send } from "../../../src/kubernetes/send.ts";

/** Answers in turn: a page's names and its token for the next, or a list that came too late. */
type Answer = readonly [names: string[] | null, next?: string] | "too late";

function server(answers: readonly Answer[]): { send: Send; asked: string[] } {
  const asked: string[] = [];
  const send: Send = async ({ path }) => {
    const answer = answers[asked.push(path) - 1];
    if (!answer) throw new Error("asked once too often");
    if (answer === "too late") throw new RefusedError({ message: "too late", hint: "" }, 410, "Expired");
    const [names, next] = answer;
    const items = names?.map((name) => ({ metadata: { name } })) ?? null;
    const text = JSON.stringify({ items, metadata: next ? { continue: next } : {} });
    return { status: 200, headers: {}, text, resent: false };
  };
  return { send, asked };
}

async function listed(answers: readonly Answer[]) {
  const { send, asked } = server(answers);
  const items = await createPages(send).list("/api/v1/pods", "labelSelector=a");
  return { names: items.map(({ metadata }) => metadata.name), asked };
}

describe("a list", () => {
  it("goes on from page to page", async () => {
    expect(await listed([[["a", "b"], "n/1"], [["c"]]])).toEqual({
      names: ["a", "b", "c"],
      asked: [
        "/api/v1/pods?limit=500&labelSelector=a",
        "/api/v1/pods?limit=500&labelSelector=a&continue=n%2F1",
      ],
    });
  });

  it("may be empty, as Go writes it", async () => {
    expect((await listed([[null]])).names).toEqual([]);
  });

  it("that took too long is read anew, once", async () => {
    expect((await listed([[["a"], "1"], "too late", [["a", "b"], "2"], [["c"]]])).names).toEqual([
      "a",
      "b",
      "c",
    ]);
    const twice: Answer[] = [[["a"], "1"], "too late", [["a"], "2"], "too late"];
    await expect(listed(twice)).rejects.toMatchObject({ status: 410 });
    await expect(listed(["too late"])).rejects.toMatchObject({ status: 410 });
  });
});
