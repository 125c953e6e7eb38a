import fc from "fast-check";
import { expect, test } from "vitest";
import { marked, pathsOf, read, retyped, titled, titleIn, write } from "./ownFields";

const fields = {
  _acme: {
    shop: { $type: "string", $title: { en: "Shop", ko: "매장" }, $pattern: "^[A-Z]{3}[0-9]+$", $required: true },
    at: { $ref: "position" },
    basket: { $list: { sku: { $type: "string", $required: true }, price: { $type: "decimal", $minimum: 0 } } },
    consents: { $map: "boolean" },
    tags: "list<string>",
    paid: "decimal",
  },
};

const scalar = fc.constantFrom("string", "integer", "decimal", "boolean", "dateTime", "any");
const name = fc.stringMatching(/^[a-z]{1,6}$/);
const { spec } = fc.letrec((tie) => ({
  spec: fc.oneof(
    { depthSize: "small" },
    scalar,
    scalar.map((type) => `list<${type}>`),
    scalar.map((type) => ({ $type: type, $title: "A title" })),
    fc.record({ $ref: name }),
    fc.record({ $list: fc.dictionary(name, tie("spec"), { minKeys: 1, maxKeys: 3 }) }),
    fc.dictionary(name, tie("spec"), { minKeys: 1, maxKeys: 3 }),
  ),
}));

test("what is read is written as it was", () => {
  expect(write(read(fields))).toEqual(fields);
  fc.assert(
    fc.property(fc.dictionary(name, spec, { maxKeys: 4 }), (given) => {
      expect(write(read(given))).toEqual(given);
    }),
  );
});

test("the paths of fields", () => {
  expect(pathsOf(read(fields))).toContain("_acme.basket.price");
});

test("another kind keeps what is said of the field, but for rules of its type", () => {
  const [acme] = read(fields);
  const shop = acme?.fields?.[0];
  if (!shop) throw new Error("no such field");
  expect(Object.keys(retyped(shop, "integer").marks)).toEqual(["$title", "$required"]);
  expect(write([retyped(shop, "list")])).toEqual({
    shop: { $list: "string", $title: { en: "Shop", ko: "매장" }, $required: true },
  });
  expect(marked(shop, "$required", false).marks).not.toHaveProperty("$required");
});

test("titles in one language or in two", () => {
  expect(titled(undefined, "en", "Shop")).toBe("Shop");
  expect(titled("Shop", "ko", "매장")).toEqual({ en: "Shop", ko: "매장" });
  expect(titled({ en: "Shop", ko: "매장" }, "ko", "")).toBe("Shop");
  expect(titled("", "ko", "매장")).toEqual({ ko: "매장" });
  expect(titleIn({ ko: "매장" }, "en")).toBe("");
});
