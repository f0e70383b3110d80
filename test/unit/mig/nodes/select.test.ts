import { describe, expect, it } from "vitest";
import { UserError } from "../../../../src/core/errors.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { RefusedError } from "../../../../src/kubernetes/refusals.ts";
import { selectNodes } from "../../../../src/mig/nodes/select.ts";

function node(name: string): KubernetesObject {
  return { apiVersion: "v1", kind: "Node", metadata: { name } };
}

/** A cluster of four nodes, `gpu-10` and `gpu-2` with a GPU; keeps the questions it is asked. */
function cluster() {
  const asked: string[] = [];
  const list = async (path: string, query = ""): Promise<KubernetesObject[]> => {
    const selector = decodeURIComponent(query.replace("labelSelector=", ""));
    asked.push(`${path} ${selector}`.trim());
    if (selector === "a=(") throw new RefusedError({ message: "bad", hint: "" }, 400, "BadRequest");
    if (selector === "nvidia.com/gpu.present=true") return ["gpu-10", "gpu-2"].map(node);
    if (selector !== "") return selector.startsWith("pool") ? [node("gpu-2")] : [];
    return ["control", "gpu-10", "gpu-2", "plain"].map(node);
  };
  return { asked, select: (...wanted: string[]) => selectNodes({ list }, wanted) };
}

describe("the nodes that the input means", () => {
  it.each([
    [[], ["gpu-2", "gpu-10"], 1],
    [["gpu-10", "plain"], ["gpu-10", "plain"], 1],
    [["pool=training"], ["gpu-2"], 1],
    [["pool in (training, other)"], ["gpu-2"], 1],
    // Each once, however many lines mean it.
    [["gpu-2", "pool=training", "gpu-2"], ["gpu-2"], 2],
  ])("%j", async (wanted, names, questions) => {
    const { select, asked } = cluster();
    expect((await select(...wanted)).map(({ metadata }) => metadata.name)).toEqual(names);
    expect(asked).toHaveLength(questions);
  });

  it.each([
    ["gpu-3", "input `nodes`: this cluster has no node `gpu-3`", "did you mean `gpu-2`?"],
    ["elsewhere", "input `nodes`: this cluster has no node `elsewhere`", "`kubectl get nodes` lists them"],
    ["zone=none", "input `nodes`: no node has the labels `zone=none`", /kubectl get nodes -l 'zone=none'/],
    ["a=(", "input `nodes`: `a=(` is neither the name of a node nor a label selector", /as kubectl takes it/],
  ])("refuses %s", async (wanted, message, hint) => {
    const error = await cluster()
      .select(wanted)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    const [problem] = (error as UserError).problems;
    expect((error as UserError).kind).toBe("input");
    expect(problem?.message).toBe(message);
    expect(problem?.hint).toEqual(typeof hint === "string" ? hint : expect.stringMatching(hint));
  });
});
