/** The body of an action: an example in which what differs is variable. Pure. */
import { isObject, typeOfValue } from "../../configuration/example";

export type Path = readonly (string | number)[];

export interface Variable {
  readonly $variable: string;
  readonly $label?: string;
  readonly $mandatory?: boolean;
  readonly $fields?: Readonly<Record<string, unknown>>;
  readonly $example?: unknown;
}

export interface TemplateRow {
  readonly path: Path;
  readonly name: string;
  readonly depth: number;
  readonly node: unknown;
  readonly kind: "object" | "list" | "constant" | "variable";
}

export function isVariable(node: unknown): node is Variable {
  return isObject(node) && "$variable" in node;
}

/** All parts of a body, in the order in which they are sent. */
export function rowsOf(node: unknown, path: Path = []): readonly TemplateRow[] {
  if (isVariable(node)) return [];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(node)
    ? node.map((each, index) => [index, each] as const)
    : isObject(node)
      ? Object.entries(node)
      : [];
  return entries.flatMap(([name, inner]): readonly TemplateRow[] => {
    const here = [...path, name];
    const kind = isVariable(inner)
      ? "variable"
      : Array.isArray(inner) && inner.some((each) => typeof each === "object" && each !== null)
        ? "list"
        : isObject(inner)
          ? "object"
          : "constant";
    const row = { path: here, name: String(name), depth: path.length, node: inner, kind } as const;
    return kind === "object" || kind === "list" ? [row, ...rowsOf(inner, here)] : [row];
  });
}

/** A body with something else at a place. */
export function withPart(node: unknown, [name, ...rest]: Path, part: unknown): unknown {
  if (name === undefined) return part;
  if (Array.isArray(node)) return node.map((each, index) => (index === name ? withPart(each, rest, part) : each));
  const whole = isObject(node) ? node : {};
  return { ...whole, [name]: withPart(whole[name], rest, part) };
}

/** A body without what stands at a place. */
export function withoutPart(node: unknown, [name, ...rest]: Path): unknown {
  if (name === undefined) return node;
  if (Array.isArray(node)) {
    return rest.length
      ? node.map((each, index) => (index === name ? withoutPart(each, rest) : each))
      : node.filter((_, index) => index !== name);
  }
  const whole = isObject(node) ? node : {};
  if (rest.length) return { ...whole, [name]: withoutPart(whole[name], rest) };
  return Object.fromEntries(Object.entries(whole).filter(([key]) => key !== String(name)));
}

/** A body in which a part has another name, in its old place. */
export function renamedPart(node: unknown, path: Path, to: string): unknown {
  const [name, ...rest] = path;
  if (rest.length === 0) {
    const entries = Object.entries(isObject(node) ? node : {});
    return Object.fromEntries(entries.map(([key, value]) => [key === String(name) ? to : key, value]));
  }
  if (Array.isArray(node)) return node.map((each, index) => (index === name ? renamedPart(each, rest, to) : each));
  const whole = isObject(node) ? node : {};
  return { ...whole, [name as string]: renamedPart(whole[name as string], rest, to) };
}

/** What a part becomes when each journey gives it: of an object all that is in it. */
export function madeVariable(node: unknown, name: string): unknown {
  if (isVariable(node)) return node;
  const objects = Array.isArray(node) ? node.filter(isObject) : [];
  const [first] = objects;
  if (first) return { $variable: "list<object>", $label: name, $example: [first] };
  if (isObject(node))
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, madeVariable(inner, key)]));
  const type = typeOfValue(node);
  return { $variable: type ?? (Array.isArray(node) ? "list<string>" : "string"), $label: name };
}

/** What a variable becomes when it is the same for all journeys. */
export function madeConstant(node: unknown): unknown {
  if (isObject(node) && !isVariable(node))
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, madeConstant(inner)]));
  if (!isVariable(node)) return node;
  if (node.$variable.startsWith("list<")) return node.$example ?? [];
  if (node.$variable === "boolean") return false;
  if (node.$variable === "integer" || node.$variable === "decimal") return 0;
  return node.$variable === "object" ? {} : "";
}

/** The variables of a body, by dotted path as test calls and journeys name them. */
export function variablesOf(node: unknown): readonly { name: string; variable: Variable }[] {
  return rowsOf(node)
    .filter((row) => row.kind === "variable")
    .flatMap(({ path, node: found }) => {
      const variable = found as Variable;
      const name = path.join(".");
      if (variable.$variable !== "object") return [{ name, variable }];
      return Object.entries(variable.$fields ?? {}).map(([field, type]) => ({
        name: `${name}.${field}`,
        variable: typeof type === "string" ? { $variable: type, $label: field } : (type as Variable),
      }));
    });
}
