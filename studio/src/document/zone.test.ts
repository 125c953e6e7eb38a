import { expect, test } from "vitest";
import { instantOf, wallOf, zones } from "./zone";

test.each([
  ["2027-01-01T09:00", "Asia/Seoul", "2027-01-01T09:00:00+09:00"],
  ["2027-01-01T09:00", "UTC", "2027-01-01T09:00:00+00:00"],
  ["2027-07-01T00:30", "America/New_York", "2027-07-01T00:30:00-04:00"],
  ["2027-01-01T00:30", "Asia/Kolkata", "2027-01-01T00:30:00+05:30"],
  ["2027-03-28T03:30", "Europe/Berlin", "2027-03-28T03:30:00+02:00"],
  ["2027-03-28T01:30", "Europe/Berlin", "2027-03-28T01:30:00+01:00"],
])("%s in %s is %s, and back", (wall, zone, instant) => {
  expect(instantOf(wall, zone)).toBe(instant);
  expect(wallOf(instant, zone)).toBe(wall);
});

test("an instant is shown in the zone of the journey, whatever its own offset", () => {
  expect(wallOf("2027-01-01T00:00:00Z", "Asia/Seoul")).toBe("2027-01-01T09:00");
  expect(wallOf("tomorrow", "Asia/Seoul")).toBe("");
  expect(wallOf("2027-01-01T00:00:00Z", "nowhere")).toBe("2027-01-01T00:00");
});

test("zones have their offsets", () => {
  const found = new Map(zones(Date.UTC(2027, 0, 1)).map((zone) => [zone.id, zone.label]));
  expect([found.get("Asia/Seoul"), found.get("Australia/Adelaide"), found.get("America/New_York")]).toEqual([
    "GMT+9",
    "GMT+10:30",
    "GMT−5",
  ]);
});
