import fc from "fast-check";
import { expect, test } from "vitest";
import { leavesOfExample, typedValue, typeOfValue } from "../../configuration/example";
import { madeConstant, madeVariable, renamedPart, rowsOf, variablesOf, withoutPart, withPart } from "./template";

const body = {
  template: "spring",
  to: { $variable: "string", $label: "Address", $mandatory: true },
  who: { first: "Anna", points: 12 },
  at: "2026-03-01T10:00:00Z",
  tags: ["a"],
  items: [{ sku: "p1", price: 2.5 }],
};

test("all parts of a body, with what they are", () => {
  expect(rowsOf(body).map(({ path, kind }) => [path.join("."), kind])).toEqual([
    ["template", "constant"],
    ["to", "variable"],
    ["who", "object"],
    ["who.first", "constant"],
    ["who.points", "constant"],
    ["at", "constant"],
    ["tags", "constant"],
    ["items", "list"],
    ["items.0", "object"],
    ["items.0.sku", "constant"],
    ["items.0.price", "constant"],
  ]);
});

test("what becomes variable keeps the type of the example", () => {
  expect(madeVariable(body.who, "who")).toEqual({
    first: { $variable: "string", $label: "first" },
    points: { $variable: "integer", $label: "points" },
  });
  expect(madeVariable(body.at, "at")).toEqual({ $variable: "dateTime", $label: "at" });
  expect(madeVariable(body.tags, "tags")).toEqual({ $variable: "list<string>", $label: "tags" });
  expect(madeVariable(body.items, "items")).toEqual({
    $variable: "list<object>",
    $label: "items",
    $example: body.items,
  });
  expect(madeConstant(madeVariable(body.items, "items"))).toEqual(body.items);
  expect(madeConstant(body.to)).toBe("");
});

test("the variables by the names that journeys use", () => {
  const whole = { ...body, who: { $variable: "object", $fields: { first: "string", points: "integer" } } };
  expect(variablesOf(whole).map(({ name, variable }) => [name, variable.$variable])).toEqual([
    ["to", "string"],
    ["who.first", "string"],
    ["who.points", "integer"],
  ]);
});

test("a part is put, renamed and taken out at its place alone", () => {
  const rows = rowsOf(body).filter((row) => typeof row.path.at(-1) === "string");
  fc.assert(
    fc.property(fc.constantFrom(...rows), ({ path }) => {
      const at = (whole: unknown) =>
        path.reduce<unknown>((here, name) => (here as Record<string, unknown>)[name], whole);
      expect(at(withPart(body, path, "other"))).toBe("other");
      expect(at(withoutPart(body, path))).toBeUndefined();
      const other = renamedPart(body, path, "other name");
      expect(at(other)).toBeUndefined();
      expect(renamedPart(other, [...path.slice(0, -1), "other name"], String(path.at(-1)))).toEqual(body);
    }),
  );
});

test("the fields of an example answer, lists without a step of their own", () => {
  const leaves = leavesOfExample({
    main: { temp: 21 },
    alerts: [{ code: "A" }, { level: 2 }],
    days: ["2026-03-01"],
    x: null,
  });
  expect(leaves.map(({ path, type }) => [path, type])).toEqual([
    ["main.temp", "integer"],
    ["alerts.code", "string"],
    ["alerts.level", "integer"],
    ["days", "list<dateOnly>"],
    ["x", undefined],
  ]);
  expect(typeOfValue([1, 2.5])).toBe("list<decimal>");
});

test("what is typed, as a value of its type", () => {
  expect([typedValue("7", "integer"), typedValue("7", "string"), typedValue("true", "boolean")]).toEqual([
    7,
    "7",
    true,
  ]);
  expect([typedValue("a, b", "list<string>"), typedValue("1,2", "list<integer>")]).toEqual([
    ["a", "b"],
    [1, 2],
  ]);
  expect([typedValue("", "string"), typedValue("many", "integer")]).toEqual([undefined, "many"]);
});
