import type { OfferedField } from "./fields";

/** A field as text, and where one goes on to write: with a value for each parameter that its source is asked with. */
export function inText({ reference, params }: Pick<OfferedField, "reference" | "params">): {
  text: string;
  caret: number;
} {
  if (params.length === 0) return { text: reference, caret: reference.length };
  const before = `${reference.slice(0, -1)}, params: {${params[0]}: `;
  const others = params.slice(1).map((name) => `, ${name}: `);
  return { text: `${before}${others.join("")}}}`, caret: before.length };
}
