import { expect, test } from "vitest";
import { askedOf, rangeOf } from "./range";

const NOW = Date.parse("2026-03-10T12:34:56.789Z");
const MONTH_AGO = NOW - 30 * 86_400_000;

test("an address is read with care", () => {
  expect(askedOf({ range: "7d", grain: "day", from: "yesterday" })).toEqual({
    range: "7d",
    grain: "day",
    from: undefined,
    until: undefined,
  });
});

test("all time has no beginning; its pieces are as coarse as it is long", () => {
  expect(rangeOf({}, NOW, MONTH_AGO)).toEqual({ since: undefined, until: undefined, grain: "day" });
  expect(rangeOf({}, NOW, 0).grain).toBe("month");
});

test("a preset ends now, and begins at a whole minute", () => {
  expect(rangeOf({ range: "24h" }, NOW, MONTH_AGO)).toEqual({
    since: "2026-03-09T12:34:00.000Z",
    until: undefined,
    grain: "hour",
  });
});

test("the last day of an own range is in it", () => {
  const { since, until } = rangeOf({ range: "own", from: "2026-03-01", until: "2026-03-01" }, NOW, MONTH_AGO);
  expect(Date.parse(until ?? "") - Date.parse(since ?? "")).toBe(86_400_000);
});
