import { expect, it } from "vitest";
import { withoutCommands, withoutControls } from "../../../src/core/printed.ts";

it.each([
  ["::set-output name=a::1", ": :set-output name=a::1"],
  ["  \t::add-mask::x", "  \t: :add-mask::x"],
  ["a\n::add-mask::x", "a\n: :add-mask::x"],
  ["a\r::add-mask::x", "a\r: :add-mask::x"],
  ["a\r\n\r\n ::add-mask::x", "a\r\n\r\n : :add-mask::x"],
  ["\u2028\u0085\u00a0::stop-commands::x", "\u2028\u0085\u00a0: :stop-commands::x"],
  ["a ##[set-output name=a]1 ##[x]", "a ## [set-output name=a]1 ## [x]"],
  [":::error::x", ": ::error::x"],
  ["image::tag and a::b", "image::tag and a::b"],
  ["nothing\nto see", "nothing\nto see"],
])("the runner obeys nothing in %j", (text, printed) => {
  expect(withoutCommands(text)).toBe(printed);
});

it.each([
  ["\u001b[31mred\u001b[0m", "red"],
  ["\u001b]0;title\u0007x", "x"],
  ["a\u0008b\u0000c\u009bd", "a b c d"],
  ["one\n\ttwo", "one\n\ttwo"],
  ["a\rb", "a b"],
])("a terminal obeys nothing in %j", (text, printed) => {
  expect(withoutControls(text)).toBe(printed);
});
