import { describe, expect, it } from "vitest";
import { environmentReleases } from "../../../src/lint/engine.ts";
import { renderFailure } from "../../../src/render/failure.ts";
import { load } from "../environment/support.ts";
import { environmentOf } from "../lint/support.ts";

const OVERRIDE = "apiserver:\n  ingress:\n    hostName: a\n";
const HELM_4 = `Error: c/templates/a.yaml:6:28
  executing "c/templates/a.yaml" at <include "h" .>:
    error calling include:
c/templates/_h.tpl:1:26
  executing "h" at <.Values.apiserver.ingress.hostName.z>:
    nil pointer evaluating interface {}.y

Use --debug flag to render out invalid YAML
`;
const HELM_3 =
  'Error: template: c/templates/a.yaml:6:28: executing "c/templates/a.yaml" at <include "h" .>: error calling include: template: c/templates/_h.tpl:1:26: executing "h" at <.Values.apiserver.ingress.hostName.z>: nil pointer evaluating interface {}.y\n\nUse --debug flag to render out invalid YAML\n';
const POINTER =
  "nil pointer evaluating interface {}.y at `.Values.apiserver.ingress.hostName.z` (c/templates/_h.tpl:1)";

describe("why Helm renders nothing", () => {
  it.each([
    ["a pointer, Helm 4", HELM_4, POINTER, "control-plane.yaml:3:15"],
    ["a pointer, Helm 3", HELM_3, POINTER, "control-plane.yaml:3:15"],
    [
      "a demand of the chart",
      "Error: execution error at (c/templates/a.yaml:5:28): set apiserver.ingress.className\n",
      "set apiserver.ingress.className (c/templates/a.yaml:5)",
      "control-plane.yaml:3:5",
    ],
    [
      "the schema of the chart",
      "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nc:\n- at '/apiserver/ingress/hostName': got string, want integer\n",
      "values don't meet the specifications of the schema(s) in the following chart(s): c: - at '/apiserver/ingress/hostName': got string, want integer",
      "control-plane.yaml:3:15",
    ],
    [
      "an older Helm's words for it",
      "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nc:\n- apiserver.ingress.hostName: Invalid type. Expected: integer, given: string\n",
      "values don't meet the specifications of the schema(s) in the following chart(s): c: - apiserver.ingress.hostName: Invalid type. Expected: integer, given: string",
      "control-plane.yaml:3:15",
    ],
    [
      "nothing that the overrides say",
      "Error: execution error at (c/templates/apiserver.ingress.yaml:5:28): no luck\n",
      "no luck (c/templates/apiserver.ingress.yaml:5)",
      "clearml.yaml:7:3",
    ],
  ])("is told with its place: %s", async (_, words, message, place) => {
    const releases = environmentReleases(await load(environmentOf({ controlPlane: OVERRIDE })));
    const [release] = releases;
    const failure = release && renderFailure(words, release);
    expect(failure?.message).toBe(message);
    expect(`${failure?.at.file}:${failure?.at.line}:${failure?.at.column}`).toBe(place);
  });

  it.each([
    'Error: failed to download "oci://x": unauthorized',
    "Error: chart `c` version 9 not found in repository",
    "",
  ])("is not a matter of the values: %s", async (words) => {
    const [release] = environmentReleases(await load(environmentOf({})));
    expect(release && renderFailure(words, release)).toBeUndefined();
  });
});
