import { expect, test } from "vitest";
import { inText } from "./inText";

test("a field is put into the text with what its source has to be asked with", () => {
  expect(inText({ reference: "@{Order.city}", params: [] })).toEqual({ text: "@{Order.city}", caret: 13 });
  const { text, caret } = inText({ reference: "#{Weather.current.temp}", params: ["city", "day"] });
  expect(text).toBe("#{Weather.current.temp, params: {city: , day: }}");
  expect(text.slice(0, caret)).toBe("#{Weather.current.temp, params: {city: ");
});
