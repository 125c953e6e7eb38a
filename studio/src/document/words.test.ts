import fc from "fast-check";
import { expect, test } from "vitest";
import { summaryOf } from "../canvas/summary";
import { durationOf, durationWords, partsOf, secondsOf } from "./duration";
import { WIN_BACK } from "./journeys.testing";
import { expressionWords } from "./reading";

test("durations in words", () => {
  expect(durationWords("P21DT6H", "en")).toBe("21 days 6 hours");
  expect(durationWords("P21DT6H", "ko")).toBe("21일 6시간");
  expect(durationWords("PT1M", "en")).toBe("1 minute");
  expect(durationWords("P3W", "ko")).toBe("3주");
  expect(durationWords("soon", "en")).toBe("soon");
});

test("a duration's parts give it back", () => {
  const parts = fc.record({ day: fc.nat(90), hour: fc.nat(23), minute: fc.nat(59), second: fc.nat(59) });
  fc.assert(
    fc.property(parts, (given) => {
      expect(secondsOf(partsOf(durationOf(given)) ?? {})).toBe(secondsOf(given));
    }),
  );
  expect(partsOf("P")).toBeUndefined();
  expect(partsOf("P1DT")).toBeUndefined();
  expect(partsOf("1 day")).toBeUndefined();
});

test("expressions in words", () => {
  expect(expressionWords("@{Purchase._tenant.value} >= 50", "en")).toBe("value is at least 50");
  expect(expressionWords("@{Purchase._tenant.value} >= 50", "ko")).toBe("value: 50 이상");
  expect(expressionWords('inSegment("VIP") and @{Order.city} == "Paris"', "en")).toBe(
    "in segment 'VIP' and city is \"Paris\"",
  );
  expect(expressionWords("@{Order.city} is not null", "ko")).toBe("city: 값 있음");
  expect(expressionWords("@{Order.value} >= 100000.0", "ko")).toBe("value: 100,000 이상");
  expect(expressionWords('#{Weather.now.temp, params: {city: @{Order.city}, unit: "C"}} > 30', "en")).toBe(
    "temp (city: city, unit: C) is more than 30",
  );
  expect(expressionWords("@{Order.value} < 50.0", "en")).toBe("value is less than 50");
  expect(expressionWords('@{Order.year} == 2026 and @{Order.post} == "04524.0"', "en")).toBe(
    'year is 2026 and post is "04524.0"',
  );
});

test("a node tells its essential setting", () => {
  const say = (id: string, language: "en" | "ko") => summaryOf(WIN_BACK.activities[id] ?? { type: "" }, language);
  expect(say("is_big", "en")).toBe("value is at least 50");
  expect(say("patience", "ko")).toBe("21일 6시간");
  expect(say("purchase", "en")).toBeUndefined();
  expect(summaryOf({ type: "event", event: "E", label: "Buys", timeout: "PT1H" }, "en")).toBe("E · within 1 hour");
  expect(summaryOf({ type: "condition", paths: { a: "true", b: "true" } }, "ko")).toBe("경로 2개");
});
