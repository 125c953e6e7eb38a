import { expect, test } from "vitest";
import { leaves } from "./leaves";

test("the fields of a schema, as its people call them", () => {
  const schema = {
    properties: {
      _id: { type: "string", title: "Event ID" },
      timestamp: { type: "string", format: "date-time" },
      "two words": { type: "boolean" },
      items: { type: "array" },
      _tenant: { properties: { value: { type: "number", title: "Paid" } } },
      place: { properties: { city: { type: "string" } } },
    },
  };
  expect(leaves(schema, "Order").map(({ reference, label, type }) => [reference, label, type])).toEqual([
    ["@{Order._id}", "Order › Event ID", "string"],
    ["@{Order.timestamp}", "Order › timestamp", "dateTime"],
    ['@{Order."two words"}', "Order › two words", "boolean"],
    ["@{Order._tenant.value}", "Order › Paid", "decimal"],
    ["@{Order.place.city}", "Order › place › city", "string"],
  ]);
});
