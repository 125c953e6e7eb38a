/** Fields of documents as the published JSON Schemas have them. */

export interface SchemaNode {
  type?: string;
  const?: string;
  format?: string;
  enum?: readonly string[];
  default?: unknown;
  anyOf?: readonly SchemaNode[];
  required?: readonly string[];
  properties?: Readonly<Record<string, SchemaNode>>;
}

export interface SchemaField {
  readonly name: string;
  readonly kind: "text" | "secret" | "choice" | "number" | "switch";
  readonly options: readonly string[];
  readonly required: boolean;
  readonly fallback: string;
}

const KINDS = { integer: "number", boolean: "switch" } as const;

/** The fields of an object that a schema describes; `names` chooses and orders them. */
export function fieldsOf(object: SchemaNode, names = Object.keys(object.properties ?? {})): readonly SchemaField[] {
  return names.map((name) => {
    const given = object.properties?.[name] ?? {};
    const node = given.anyOf?.find((each) => each.type !== "null") ?? given;
    const plain = KINDS[node.type as keyof typeof KINDS] ?? "text";
    return {
      name,
      kind: node.enum ? "choice" : node.format === "password" ? "secret" : plain,
      options: node.enum ?? [],
      required: object.required?.includes(name) ?? false,
      fallback: String(given.default ?? ""),
    };
  });
}
