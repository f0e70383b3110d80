import { describe, expect, it } from "vitest";
import {
  findPlaceholders,
  replacePlaceholders,
  resolvePlaceholders,
} from "../../../src/overrides/placeholders.ts";

const VALUES: Record<string, string> = { NAME: "value", PORT: "8080", EVIL: "a: b\n- c ${NAME}", EMPTY: "" };
const lookup = (name: string) => VALUES[name];

describe("findPlaceholders", () => {
  it.each([
    ["plain", []],
    ["${NAME}", ["name NAME"]],
    ["a ${NAME} b ${PORT}", ["name NAME", "name PORT"]],
    ["$${NAME}", []],
    ["$$${NAME}", []],
    ["${{ secrets.X }}", ["github ${{ secrets.X }}"]],
    ["${{ secrets.X", ["github ${{ secrets.X"]],
    ["${a.b}", ["malformed ${a.b}"]],
    ["${}", ["malformed ${}"]],
    ["${1A}", ["malformed ${1A}"]],
    ["${NAME", ["malformed ${NAME"]],
    ["${NAME:-default}", ["malformed ${NAME:-default}"]],
    ["$NAME {NAME}", []],
  ])("%s", (text, expected) => {
    expect(findPlaceholders(text).map(({ kind, name }) => `${kind} ${name}`)).toEqual(expected);
  });

  it("says where each is", () => {
    const text = "x${NAME}y";
    const [found] = findPlaceholders(text);
    expect(text.slice(found?.start, found?.end)).toBe("${NAME}");
  });
});

describe("replacePlaceholders", () => {
  it.each([
    ["api.${NAME}", "api.value"],
    ["$${NAME}", "${NAME}"],
    ["${UNKNOWN}", "${UNKNOWN}"],
    ["[${EMPTY}]", "[]"],
    ["a$b", "a$b"],
  ])("%s becomes %s", (text, expected) => {
    expect(replacePlaceholders(text, lookup)).toBe(expected);
  });
});

describe("resolvePlaceholders", () => {
  it("never changes structure, type or keys", () => {
    const value = { "${NAME}": "${EVIL}", port: "${PORT}", list: ["${NAME}", 1, null, true] };
    expect(resolvePlaceholders(value, lookup)).toEqual({
      "${NAME}": "a: b\n- c ${NAME}",
      port: "8080",
      list: ["value", 1, null, true],
    });
  });

  it("keeps a key called __proto__ a key", () => {
    const value = JSON.parse('{"__proto__": {"polluted": "${NAME}"}}') as unknown;
    const resolved = resolvePlaceholders(value, lookup) as object;
    expect(Object.keys(resolved)).toEqual(["__proto__"]);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});
