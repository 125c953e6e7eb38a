import { expect, test } from "vitest";
import { at, consentsOf, leavesOf } from "./attributes";

const ATTRIBUTES = {
  person: { name: { firstName: "Jin" } },
  tags: ["a", "b"],
  identityMap: { Email: [{ id: "jin@x.org" }] },
  consents: { marketing: { email: { val: "n", reason: "unsubscribed" }, any: { val: "y" } }, collect: { val: "y" } },
};

test("values with their paths", () => {
  expect(leavesOf({ person: ATTRIBUTES.person, tags: ATTRIBUTES.tags, identityMap: {} })).toEqual([
    { path: ["person", "name", "firstName"], value: "Jin" },
    { path: ["tags"], value: '["a","b"]' },
  ]);
  expect(at(ATTRIBUTES, "person.name.firstName")).toBe("Jin");
  expect(at(ATTRIBUTES, "person.name.firstName.more")).toBeUndefined();
});

test("consents at any depth", () => {
  expect(consentsOf(ATTRIBUTES).map(({ name, agreed, reason }) => [name, agreed, reason])).toEqual([
    ["marketing › email", false, "unsubscribed"],
    ["marketing › any", true, undefined],
    ["collect", true, undefined],
  ]);
});
