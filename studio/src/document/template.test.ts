import { expect, test } from "vitest";
import { filled, partsOf } from "./template";

test("a text is taken apart, references and texts of expressions kept whole", () => {
  expect(partsOf("Hi {{ @{Order.name} }}!")).toEqual({ texts: ["Hi ", "!"], expressions: ["@{Order.name}"] });
  expect(partsOf('{{ concat("}}", @{A.b}) }}{{ 1 }}')).toEqual({
    texts: ["", "", ""],
    expressions: ['concat("}}", @{A.b})', "1"],
  });
  expect(partsOf("plain }} text")).toEqual({ texts: ["plain }} text"], expressions: [] });
  expect(partsOf("Hi {{ @{Order.name}")).toBeUndefined();
});

test("what an expression gave stands in the text, escaped where the text is HTML", () => {
  expect(filled(["<b>", "</b>"], ["<i>"], true)).toBe("<b>&lt;i&gt;</b>");
  expect(filled(["Hi ", "!"], ["<i>"], false)).toBe("Hi <i>!");
});
