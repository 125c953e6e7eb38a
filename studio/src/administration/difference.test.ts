import { expect, test } from "vitest";
import { differences } from "./difference";

test("what was changed, added and taken away", () => {
  const before = { name: "a", wait: { days: 3 }, gone: 1, kept: [1, 2] };
  const after = { name: "a", wait: { days: 21 }, kept: [1, 2], labels: ["x", "y"] };
  expect(differences(before, after)).toEqual([
    { path: "wait.days", before: "3", after: "21" },
    { path: "gone", before: "1", after: undefined },
    { path: "labels", before: undefined, after: "x, y" },
  ]);
});

test("of a new thing everything is new", () => {
  expect(differences(null, { name: "a", list: [{ b: true }], none: {} })).toEqual([
    { path: "name", before: undefined, after: "a" },
    { path: "list.0.b", before: undefined, after: "true" },
    { path: "none", before: undefined, after: "{}" },
  ]);
});
