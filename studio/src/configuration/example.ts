/** Examples of what other systems answer: their fields and types, as the server reads them. Pure. */

/** The types that a field of an answer can be said to have. */
export const SCALARS = [
  "string",
  "integer",
  "decimal",
  "boolean",
  "dateOnly",
  "dateTimeOnly",
  "dateTime",
  "duration",
] as const;
export type Scalar = (typeof SCALARS)[number];

/** Types of the parameters that expressions give. */
export const PARAMETERS = ["any", ...SCALARS, ...SCALARS.map((each) => `list<${each}>`)] as const;

const DAY = /^\d{4}-\d\d-\d\d$/;
const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i;

/** The type of one value, or undefined where it does not show: null, an empty list. */
export function typeOfValue(value: unknown): string | undefined {
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "decimal";
  if (typeof value === "string") {
    if (DAY.test(value)) return "dateOnly";
    const found = MOMENT.exec(value);
    return found ? (found[3] ? "dateTime" : "dateTimeOnly") : "string";
  }
  if (Array.isArray(value)) {
    const items = new Set(value.map(typeOfValue).filter((each) => each !== undefined));
    if (items.size === 2 && items.has("integer") && items.has("decimal")) return "list<decimal>";
    const [only] = items;
    return items.size === 1 && only !== "object" ? `list<${only}>` : undefined;
  }
  return value === null || value === undefined ? undefined : "object";
}

export interface ExampleLeaf {
  readonly path: string;
  readonly type: string | undefined;
  readonly sample: unknown;
}

/** The leaves of an example by dotted path; lists of objects take no step of their own. */
export function leavesOfExample(value: unknown, path = ""): readonly ExampleLeaf[] {
  const objects = Array.isArray(value) ? value.filter(isObject) : [];
  const whole = objects.length ? Object.assign({}, ...objects) : value;
  if (isObject(whole) && Object.keys(whole).length) {
    return Object.entries(whole).flatMap(([name, inner]) => leavesOfExample(inner, path ? `${path}.${name}` : name));
  }
  return path ? [{ path, type: typeOfValue(value), sample: value }] : [];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where a text stops being JSON, in lines and characters from 1, as far as the browser tells; `cut`: at its end. */
export interface Wrong {
  readonly line?: number;
  readonly column?: number;
  readonly cut?: boolean;
}

/** JSON as it was pasted, or what is wrong with it. */
export function readJson(text: string): { value: unknown } | { wrong: Wrong } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { wrong: placeOf(text, String(error)) };
  }
}

/** Browsers say it in English only, each its own way. */
function placeOf(text: string, said: string): Wrong {
  const [, line, column] = /line (\d+) column (\d+)/.exec(said) ?? [];
  const position = /position (\d+)/.exec(said)?.[1];
  const before = text.slice(0, Number(position)).split("\n");
  const at = line
    ? { line: Number(line), column: Number(column) }
    : position
      ? { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
      : {};
  const last = text.trimEnd().length;
  const cut = /end of|unterminated/i.test(said) || (position !== undefined && Number(position) >= last);
  return cut ? { cut } : at;
}

/** What is typed for a value of a type, as JSON has it; a text that does not fit is left for the server to refuse. */
export function typedValue(text: string, type: string): unknown {
  if (text === "") return undefined;
  if (["integer", "decimal", "boolean", "any", "object"].includes(type) || type.startsWith("list<")) {
    const found = readJson(text);
    if ("value" in found) return found.value;
    if (type.startsWith("list<")) return text.split(",").map((each) => typedValue(each.trim(), type.slice(5, -1)));
  }
  return text;
}
