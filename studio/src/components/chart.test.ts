import { expect, test } from "vitest";
import { nice, spread } from "./chart";

test.each([
  [1, 1],
  [7, 10],
  [12, 20],
  [201, 500],
])("above %i the axis ends at %i", (value, end) => expect(nice(value)).toBe(end));

test("names do not lie on one another, and stay in order", () => {
  const found = spread([100, 104, 20], 200);
  expect(found[2]).toBe(20);
  expect(Math.max(...spread([195, 199], 200))).toBeLessThanOrEqual(200);
  expect((found[1] ?? 0) - (found[0] ?? 0)).toBeGreaterThanOrEqual(18);
});
