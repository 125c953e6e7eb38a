import { expect, test } from "vitest";
import { called, leavesOf, withLeaf } from "./document";

test("the expressions of an event follow its name", () => {
  const event = { name: "", schema: "visit", condition: '@{Event.a} == "@{Other.a}"', key: "@{Event.b.c}" };
  const named = called(event, "Visit");
  expect(named.condition).toBe('@{Visit.a} == "@{Other.a}"');
  expect(called(named, "").key).toBe("@{Event.b.c}");
});

test("the leaves of a payload, and other values in their place", () => {
  const payload = { _id: "1", web: { page: { name: "home" } }, tags: ["a"] };
  expect(leavesOf(payload)).toEqual([
    ["_id", "1"],
    ["web.page.name", "home"],
    ["tags", ["a"]],
  ]);
  expect(withLeaf(payload, ["web", "page", "name"], "shop")).toEqual({ ...payload, web: { page: { name: "shop" } } });
  const identified = { identityMap: { Email: [{ id: "a", primary: true }] } };
  expect(leavesOf(identified)).toEqual([
    ["identityMap.Email.0.id", "a"],
    ["identityMap.Email.0.primary", true],
  ]);
  expect(withLeaf(identified, ["identityMap", "Email", "0", "id"], "b")).toEqual({
    identityMap: { Email: [{ id: "b", primary: true }] },
  });
});
