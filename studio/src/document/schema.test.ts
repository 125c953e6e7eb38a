import { expect, test } from "vitest";
import { blank, familyOf, freePath } from "./kinds";
import { type Field, KINDS, PROPERTIES } from "./schema";
import { waysOf } from "./ways";

const NO_FIELD = { name: "", required: true, fallback: undefined };

test("the kinds of activities, as the server tells them", () => {
  expect(KINDS.get("event")).toMatchObject({ starts: true, rests: true, ways: ["then", "timeout"], branches: false });
  expect(KINDS.get("condition")).toMatchObject({ starts: false, rests: false, branches: true });
  const names = (type: string) => KINDS.get(type)?.fields.map((field) => [field.name, field.shape.kind]);
  expect(names("event")).toEqual([
    ["event", "text"],
    ["timeout", "duration"],
  ]);
  expect(Object.fromEntries(names("action") ?? [])).toMatchObject({ path: "expression", parameters: "map" });
  expect(PROPERTIES.map((field) => field.name)).toContain("reentrance");
});

test("families", () => {
  expect(["event", "condition", "wait", "end", "action"].map(familyOf)).toEqual([
    "event",
    "orchestration",
    "orchestration",
    "orchestration",
    "action",
  ]);
});

test("no field is left to JSON but the body of a webhook", () => {
  const bare = (name: string, { shape }: Field): string[] => {
    if (shape.kind === "json") return [name];
    if (shape.kind === "map") return bare(name, { ...NO_FIELD, shape: shape.of });
    if (shape.kind === "fields") return shape.fields.flatMap((inner) => bare(`${name}.${inner.name}`, inner));
    if (shape.kind !== "variants") return [];
    return Object.values(shape.forms).flatMap((form) => form.flatMap((inner) => bare(`${name}.${inner.name}`, inner)));
  };
  const all = [...KINDS].flatMap(([type, kind]) =>
    kind.fields.flatMap((field) => bare(`${type}.${field.name}`, field)),
  );
  expect([...all, ...PROPERTIES.flatMap((field) => bare(field.name, field))]).toEqual(["webhook.body"]);
});

test("forms that a schedule can have", () => {
  const schedule = KINDS.get("readAudience")?.fields.find((field) => field.name === "schedule")?.shape;
  if (schedule?.kind !== "variants") return expect.fail();
  expect([schedule.by, Object.keys(schedule.forms)]).toEqual(["every", ["once", "day", "week", "month", "cron"]]);
  expect(schedule.forms.week?.map((field) => [field.name, field.shape.kind])).toEqual([
    ["from", "moment"],
    ["until", "moment"],
    ["at", "time"],
    ["days", "choices"],
  ]);
});

test("a new one has ways, and nothing that nobody chose", () => {
  for (const [type] of KINDS) {
    const made = blank(type);
    if (type !== "end") expect(waysOf(made).length, type).toBeGreaterThan(0);
  }
  expect(blank("event", { event: "Purchase" })).toEqual({ type: "event", event: "Purchase" });
  expect(blank("condition").paths).toEqual({ Path1: "" });
  expect(blank("percentageSplit", {}, "경로").paths).toEqual({ 경로1: 50, 경로2: 50 });
  expect(blank("updateProfile")).toEqual({ type: "updateProfile" });
  expect(freePath(["Path1", "Path2"])).toBe("Path3");
});
