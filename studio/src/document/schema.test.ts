import { expect, test } from "vitest";
import { blank, familyOf, freePath } from "./kinds";
import { KINDS, PROPERTIES } from "./schema";
import { waysOf } from "./ways";

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

test("a new one has what its kind asks for", () => {
  for (const [type, kind] of KINDS) {
    const made = blank(type);
    for (const field of kind.fields)
      if (field.required) expect(made[field.name], `${type}.${field.name}`).toBeDefined();
    if (type !== "end") expect(waysOf(made).length).toBeGreaterThan(0);
  }
  expect(blank("event", { event: "Purchase" })).toEqual({ type: "event", event: "Purchase" });
  expect(freePath(["Path1", "Path2"])).toBe("Path3");
});
