import { expect, test } from "vitest";
import { placeWords } from "./placeWords";

test("a place in a document is called as its form calls it", () => {
  expect(placeWords("definition", "ko")).toBe("조건");
  expect(placeWords("fieldGroups.current.body", "en")).toBe("Field groups › current › body");
  expect(placeWords("email.host", "en")).toBe("email › host");
});
