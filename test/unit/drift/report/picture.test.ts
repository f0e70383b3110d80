import { describe, expect, it } from "vitest";
import { driftPicture } from "../../../../src/drift/report/picture.ts";
import { added, finding, mixed, modified, report } from "./reports.ts";

const boxesOf = (picture: string) =>
  picture.split("\n").flatMap((line) => {
    const [, label, colour] = /^ {2}n\d+\["(.*)"\]:::(\w+)$/.exec(line) ?? [];
    return label === undefined ? [] : [`${colour}: ${label}`];
  });

describe("driftPicture", () => {
  it("goes from the environment over cluster and tenants to what drifted there", () => {
    const picture = driftPicture(mixed());
    expect(boxesOf(picture)).toEqual([
      "place: production<br/>6 differences",
      "place: cluster<br/>3 differences",
      "hand: control-plane<br/>2 fields modified<br/>1 addition by hand",
      "place: tenant globex<br/>2 differences",
      "hand: app-gateway<br/>1 credential",
      "upgrade: ClearML server<br/>1 difference of tenants",
      "place: tenant acme<br/>1 difference",
      "upgrade: app-gateway<br/>1 object missing",
      "unread: 1 could not be read",
    ]);
    const arrows = picture.split("\n").filter((line) => line.includes("-->"));
    expect(arrows.map((line) => line.trim())).toEqual([
      "n0 --> n1",
      "n1 --> n2",
      "n0 --> n3",
      "n3 --> n4",
      "n3 --> n5",
      "n0 --> n6",
      "n6 --> n7",
      "n0 --> n8",
    ]);
  });

  it.each([
    ["an upgrade repairs all of it", [modified()], "upgrade"],
    ["an upgrade is refused", [modified(), modified({ upgradeRepairs: "conflict" })], "conflict"],
    ["somebody has to do something", [modified({ upgradeRepairs: "conflict" }), added()], "hand"],
  ])("shows by colour that %s", (_, findings, colour) => {
    expect(boxesOf(driftPicture(report(findings)))[2]).toMatch(new RegExp(`^${colour}: control-plane`));
  });

  it("keeps those with most, and counts the rest in one box", () => {
    const findings = Array.from({ length: 100 }, (_, tenant) =>
      Array.from({ length: tenant === 70 ? 3 : 1 }, () =>
        finding("missing", { tenant: `t${tenant}`, component: "agent" }),
      ),
    ).flat();
    const boxes = boxesOf(driftPicture(report(findings)));
    expect(boxes.length).toBeLessThanOrEqual(40);
    expect(boxes[1]).toBe("place: tenant t70<br/>3 differences");
    expect(boxes.at(-1)).toBe("upgrade: and 82 more tenants<br/>82 objects missing");
  });
});
