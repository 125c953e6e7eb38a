import { expect, test } from "vitest";
import { rowKeys } from "./rowKeys";

test("a row that is renamed keeps its key, and its old name is another row's", () => {
  const keys = rowKeys();
  const [first, second] = [keys.of("Path1"), keys.of("Path2")];
  keys.rename("Path1", "big");
  expect(keys.of("big")).toBe(first);
  expect(keys.of("Path2")).toBe(second);
  expect([first, second]).not.toContain(keys.of("Path1"));
});
