import { expect, test } from "vitest";
import { isImplied, toggled, withImplied } from "./permissions";

test("manage includes read, and publish includes read journeys", () => {
  expect(withImplied(["manage-reports", "publish-journeys"])).toEqual([
    "read-journeys",
    "publish-journeys",
    "read-reports",
    "manage-reports",
  ]);
  expect(isImplied("read-journeys", ["publish-journeys"])).toBe(true);
  expect(isImplied("read-journeys", ["manage-reports"])).toBe(false);
});

test("who may no longer read may no longer manage either", () => {
  expect(toggled("read-journeys", withImplied(["manage-journeys", "read-reports"]))).toEqual(["read-reports"]);
  expect(toggled("manage-journeys", [])).toEqual(["read-journeys", "manage-journeys"]);
});
