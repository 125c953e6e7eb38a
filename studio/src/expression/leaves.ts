/** The fields of a schema that a simple condition can compare. */

export interface ComparedField {
  /** As it stands in an expression. */
  reference: string;
  label: string;
  type: string;
}

export interface Schema {
  type?: string | readonly string[];
  format?: string;
  title?: string;
  properties?: Record<string, Schema>;
}

const PLAIN = /^[A-Za-z_]\w*$/;

/** The leaves of an event's schema, as fields of expressions; called as the schema calls them for people. */
export function leaves(schema: Schema, root: string, path: readonly string[] = []): readonly ComparedField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]): readonly ComparedField[] => {
    const here = [...path, PLAIN.test(name) ? name : `"${name}"`];
    if (inner.properties) return leaves(inner, root, here);
    const type = typeOf(inner);
    if (!type) return [];
    const above = path.filter((part) => !part.startsWith("_"));
    const label = [root, ...above, inner.title ?? name].join(" › ");
    return [{ reference: `@{${root}.${here.join(".")}}`, label, type }];
  });
}

function typeOf({ type, format }: Schema): string | undefined {
  if (format === "date-time") return "dateTime";
  if (format === "date") return "dateOnly";
  if (type === "number") return "decimal";
  return type === "string" || type === "integer" || type === "boolean" ? type : undefined;
}
