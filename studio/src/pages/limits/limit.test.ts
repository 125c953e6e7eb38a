import fc from "fast-check";
import { expect, test } from "vitest";
import { fieldOf, limitOf, milliseconds, periodOf, standOf, titleOf } from "./limit";

test("a period reads in the largest unit that it is a whole number of", () => {
  expect(periodOf(1000)).toEqual({ amount: 1, unit: "seconds" });
  expect(periodOf(90_000)).toEqual({ amount: 90, unit: "seconds" });
  expect(periodOf(86_400_000)).toEqual({ amount: 1, unit: "days" });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (ms) => {
      const { amount, unit } = periodOf(ms);
      expect(milliseconds(amount, unit)).toBe(ms);
    }),
  );
});

test("what runs, and whether it is as it is written", () => {
  const listed = { uid: "1", url: "https://a.example/*", methods: ["POST"], metadata: {}, hasBeenDeployed: false };
  const limit = limitOf("capping", { ...listed, state: "created" });
  expect(limit.body).toEqual({ url: "https://a.example/*", methods: ["POST"] });
  expect([titleOf(limit), standOf(limit)]).toEqual(["https://a.example/*", "off"]);
  expect(standOf({ ...limit, deployed: true, state: "deployed" })).toBe("on");
  expect(standOf({ ...limit, deployed: true, state: "updated" })).toBe("older");
});

test("errors stand at the field that they are about", () => {
  expect(["ERR_ENDPOINTCONFIG_102", "ERR_THROTTLING_CONFIG_101", "ERR_HTTP"].map(fieldOf)).toEqual([
    "url",
    "maxThroughput",
    undefined,
  ]);
});
