import { expect, test } from "vitest";
import { readJson } from "./example";

test("JSON is read, or where it stops being JSON", () => {
  expect(readJson('{"a": 1}')).toEqual({ value: { a: 1 } });
  expect(readJson('{"a": 1}\n{"b"')).toEqual({ wrong: { line: 2, column: 1 } });
  expect(readJson('{"a": 1, ')).toEqual({ wrong: { cut: true } });
  expect(readJson("")).toEqual({ wrong: { cut: true } });
});
