import { expect, test } from "vitest";
import { valueAt } from "../../../document/change";
import { filled, rowsOf } from "./eventForm";

const SAMPLE = {
  _id: "Purchase-1",
  timestamp: "2026-03-01T10:00:00Z",
  identityMap: { CRMID: [{ id: "customer-1", primary: true }] },
  eventType: "commerce.purchases",
  _tenant: { value: 9.5, gift: true, lines: [{ sku: "a" }], channel: "web" },
};
const SCHEMA = {
  properties: {
    _tenant: { properties: { value: { title: "Amount", type: "number" }, channel: { enum: ["web", "shop"] } } },
  },
};

test("a row for each value, with the control that fits it", () => {
  const rows = rowsOf(SAMPLE, SCHEMA);
  expect(rows.map(({ path, kind }) => [path, kind])).toEqual([
    ["eventType", "text"],
    ["_tenant.value", "number"],
    ["_tenant.gift", "boolean"],
    ["_tenant.channel", "choice"],
  ]);
  expect(rows[1]?.title).toBe("Amount");
});

test("a sample filled in is somebody's, and leaves the sample as it is", () => {
  const made = filled(SAMPLE, { "_tenant.value": 60, "nowhere.at.all": 1 }, "CRMID", "ann");
  expect(valueAt(made, ["_tenant", "value"])).toBe(60);
  expect(made.identityMap).toEqual({ CRMID: [{ id: "ann", primary: true }] });
  expect(made._id).not.toBe(SAMPLE._id);
  expect(SAMPLE._tenant.value).toBe(9.5);
});
