/** The fields of a schema, as the server's one JSON Schema of it has them; and which of them are chosen. Pure. */

export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly enum?: readonly unknown[];
  readonly "meta:enum"?: Readonly<Record<string, string>>;
  readonly "meta:usageLabels"?: readonly string[];
  readonly [rule: string]: unknown;
}

export type TypeName =
  | "any"
  | "string"
  | "integer"
  | "decimal"
  | "boolean"
  | "dateOnly"
  | "dateTime"
  | "duration"
  | "object"
  | "list"
  | "map";

/** The type of a field as documents have it. */
export function typeOf(node: SchemaNode): TypeName {
  const type = typeof node.type === "string" ? node.type : (node.type ?? []).find((each) => each !== "null");
  switch (type) {
    case "string":
      return node.format === "date-time" ? "dateTime" : node.format === "date" ? "dateOnly" : "string";
    case "number":
      return "decimal";
    case "integer":
    case "boolean":
      return type;
    case "array":
      return "list";
    case "object":
      return node.properties || typeof node.additionalProperties !== "object" ? "object" : "map";
    default:
      return node.properties ? "object" : "any";
  }
}

/** What is inside a field, by name; lists take no step of their own. */
export function inside(node: SchemaNode): Readonly<Record<string, SchemaNode>> {
  return node.properties ?? node.items?.properties ?? {};
}

export interface Found {
  readonly path: string;
  readonly name: string;
  readonly node: SchemaNode;
}

/** All fields whose path or title holds the words, the higher ones first. */
export function searchedFields(root: SchemaNode, search: string): readonly Found[] {
  const wanted = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found: Found[] = [];
  let level: Found[] = [{ path: "", name: "", node: root }];
  for (let depth = 0; level.length && depth < 20; depth++) {
    const next: Found[] = [];
    for (const above of level) {
      for (const [name, node] of Object.entries(inside(above.node))) {
        const path = above.path ? `${above.path}.${name}` : name;
        next.push({ path, name, node });
        const text = `${path} ${node.title ?? ""}`.toLocaleLowerCase();
        if (wanted.every((word) => text.includes(word))) found.push({ path, name, node });
      }
    }
    level = next;
  }
  return found;
}

/** Whether a field is chosen: by itself, or with one that it is inside of. */
export function isChosen(chosen: readonly string[], path: string): boolean {
  return chosen.some((each) => each === path || path.startsWith(`${each}.`));
}

/** Whether something inside a field is chosen, but not all of it. */
export function isPartly(chosen: readonly string[], path: string): boolean {
  return !isChosen(chosen, path) && chosen.some((each) => each.startsWith(`${path}.`));
}

/** Chooses a field with all that is inside, or takes it out; of what it was chosen with the rest stays chosen. */
export function toggled(chosen: readonly string[], path: string, root: SchemaNode): readonly string[] {
  const above = chosen.find((each) => path.startsWith(`${each}.`));
  if (above !== undefined) {
    const others = chosen.filter((each) => each !== above);
    return [...others, ...besides(above, path, root)];
  }
  if (chosen.includes(path)) return chosen.filter((each) => each !== path);
  return [...chosen.filter((each) => !each.startsWith(`${path}.`)), path];
}

/** What is inside `above` without `path`, as few paths as say it. */
function besides(above: string, path: string, root: SchemaNode): string[] {
  const node = above.split(".").reduce<SchemaNode>((here, name) => inside(here)[name] ?? {}, root);
  return Object.keys(inside(node)).flatMap((name) => {
    const here = `${above}.${name}`;
    if (here === path) return [];
    return path.startsWith(`${here}.`) ? besides(here, path, root) : [here];
  });
}
