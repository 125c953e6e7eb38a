import { expect, test } from "vitest";
import { who } from "./who";

test("who did something is told by name, and what the server did in words", () => {
  expect(who("ann", "ko")).toBe("ann");
  expect(who("local", "ko")).toBe("서버에서 직접");
  expect(who(null, "en")).toBe("-");
});
