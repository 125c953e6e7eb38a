import fc from "fast-check";
import { expect, test } from "vitest";
import { freeName, renamed, same, withValue } from "./documents";
import { inside, isChosen, isPartly, type SchemaNode, searchedFields, toggled, typeOf } from "./fields";

const schema: SchemaNode = {
  properties: {
    _id: { type: "string" },
    timestamp: { type: "string", format: "date-time" },
    web: {
      type: "object",
      properties: { page: { type: "object", properties: { name: { title: "Page name" }, url: {} } } },
    },
    items: {
      type: "array",
      items: { type: "object", properties: { sku: { type: "string" }, price: { type: "number" } } },
    },
    consents: { type: "object", additionalProperties: { type: "boolean" } },
  },
};

const paths = (node: SchemaNode, above = ""): string[] =>
  Object.entries(inside(node)).flatMap(([name, child]) => {
    const here = above ? `${above}.${name}` : name;
    return [here, ...paths(child, here)];
  });
const leaves = paths(schema).filter((path) => !paths(schema).some((each) => each.startsWith(`${path}.`)));

test("types as documents have them", () => {
  expect(Object.values(inside(schema)).map(typeOf)).toEqual(["string", "dateTime", "object", "list", "map"]);
});

test("fields are found by path and by title, higher ones first", () => {
  expect(searchedFields(schema, "page").map(({ path }) => path)).toEqual(["web.page", "web.page.name", "web.page.url"]);
  expect(searchedFields(schema, "items price").map(({ path }) => path)).toEqual(["items.price"]);
});

test("choosing a field again changes that field's leaves and no others", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...paths(schema)), { maxLength: 12 }), (presses) => {
      let chosen: readonly string[] = [];
      for (const path of presses) {
        const before = leaves.filter((leaf) => isChosen(chosen, leaf));
        const was = isChosen(chosen, path);
        chosen = toggled(chosen, path, schema);
        const within = (leaf: string) => leaf === path || leaf.startsWith(`${path}.`);
        expect(leaves.filter((leaf) => isChosen(chosen, leaf))).toEqual(
          leaves.filter((leaf) => (within(leaf) ? !was : before.includes(leaf))),
        );
        expect(chosen.some((one) => chosen.some((other) => other !== one && other.startsWith(`${one}.`)))).toBe(false);
      }
      for (const path of paths(schema)) expect(isChosen(chosen, path) && isPartly(chosen, path)).toBe(false);
    }),
  );
});

test("documents that say the same", () => {
  expect(same({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBe(true);
  expect(same({ a: 1 }, { a: 1, b: undefined })).toBe(false);
  expect(same([1, 2], [2, 1])).toBe(false);
  expect(same([], {})).toBe(false);
});

test("names in objects", () => {
  expect(Object.keys(renamed({ a: 1, b: 2, c: 3 }, "b", "d"))).toEqual(["a", "d", "c"]);
  expect(withValue({ a: 1 }, "a", undefined)).toBeUndefined();
  expect(withValue(undefined, "a", 1)).toEqual({ a: 1 });
  expect(freeName("group", ["group", "group2"])).toBe("group3");
});
