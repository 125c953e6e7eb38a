/** The JSON Schema of journeys, as the server that this studio is built with publishes it, read into forms. */
import published from "../../../docs/reference/schemas/journey.schema.json";

interface Node {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  format?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  anyOf?: readonly Node[];
  oneOf?: readonly Node[];
  items?: Node;
  required?: readonly string[];
  properties?: Readonly<Record<string, Node>>;
  patternProperties?: Readonly<Record<string, Node>>;
  additionalProperties?: Node | boolean;
  "x-activity"?: { starts: boolean; rests: boolean; ways: readonly string[] };
}

const whole = published as unknown as Node & { $defs: Readonly<Record<string, Node>> };

/** What a field holds, as far as its form has to know. */
export type Shape =
  | { kind: "text"; pattern?: string | undefined; format?: string | undefined }
  | { kind: "expression" }
  | { kind: "template" }
  | { kind: "duration" }
  /** An instant, with its offset from UTC. */
  | { kind: "moment" }
  /** What clocks on the wall show. */
  | { kind: "wall" }
  /** A time of day. */
  | { kind: "time" }
  | { kind: "boolean" }
  | { kind: "number"; whole: boolean; low?: number | undefined; high?: number | undefined }
  | { kind: "choice"; options: readonly string[] }
  | { kind: "choices"; options: readonly string[] }
  | { kind: "list" }
  | { kind: "map"; of: Shape }
  | { kind: "fields"; fields: readonly Field[] }
  /** One of several forms, told apart by the value of one of their fields. */
  | { kind: "variants"; by: string; forms: Readonly<Record<string, readonly Field[]>> }
  | { kind: "json" };

export interface Field {
  readonly name: string;
  /** What people call it, where a document says so. */
  readonly title?: string;
  readonly shape: Shape;
  readonly required: boolean;
  readonly fallback: unknown;
}

/** A kind of activity, as the server knows it. */
export interface Kind {
  readonly type: string;
  /** Whether a journey may start with it. */
  readonly starts: boolean;
  /** Whether people rest at it, so that it may stand in parallel [6.16]. */
  readonly rests: boolean;
  /** Its ways out besides paths of its own. */
  readonly ways: readonly string[];
  /** Whether it has paths of its own. */
  readonly branches: boolean;
  readonly fields: readonly Field[];
}

function resolved(node: Node): Node {
  if (!node.$ref) return node;
  return resolved(whole.$defs[node.$ref.split("/").at(-1) ?? ""] ?? {});
}

function shapeOf(given: Node): Shape {
  const node = resolved(given);
  const several = node.anyOf ?? node.oneOf;
  if (several) {
    const rest = several.map(resolved).filter((each) => each.type !== "null");
    const [only] = rest;
    if (rest.length === 1 && only) return shapeOf(only);
    return variantsOf(rest) ?? (only && isTime(only) ? { kind: "time" } : { kind: "json" });
  }
  if (node.enum?.every((each) => typeof each === "string")) return { kind: "choice", options: node.enum as string[] };
  if (node.format === "expression") return { kind: "expression" };
  if (node.format === "template") return { kind: "template" };
  if (node.format === "duration") return { kind: "duration" };
  if (node.format === "date-time") return { kind: "moment" };
  if (node.format === "local-date-time") return { kind: "wall" };
  if (isTime(node)) return { kind: "time" };
  if (node.type === "boolean") return { kind: "boolean" };
  if (node.type === "string") return { kind: "text", pattern: node.pattern, format: node.format };
  if (node.type === "integer" || node.type === "number") {
    return { kind: "number", whole: node.type === "integer", low: node.minimum, high: node.maximum };
  }
  if (node.type === "array" && node.items) {
    const items = shapeOf(node.items);
    if (items.kind === "choice") return { kind: "choices", options: items.options };
    return items.kind === "text" ? { kind: "list" } : { kind: "json" };
  }
  const inner = Object.values(node.patternProperties ?? {})[0] ?? node.additionalProperties;
  if (node.type === "object" && node.properties) return { kind: "fields", fields: fieldsOf(node) };
  if (node.type === "object" && typeof inner === "object") return { kind: "map", of: shapeOf(inner) };
  return { kind: "json" };
}

function isTime({ pattern }: Node): boolean {
  return pattern?.startsWith("^([01][0-9]|2[0-3]):") ?? false;
}

/** Objects that each have another constant in the same field. */
function variantsOf(nodes: readonly Node[]): Shape | undefined {
  const [first] = nodes;
  const constants = Object.entries(first?.properties ?? {}).filter(([, inner]) => typeof inner.const === "string");
  const by = constants[0]?.[0];
  if (by === undefined) return undefined;
  const forms = nodes.map((node) => [
    String(node.properties?.[by]?.const),
    fieldsOf(node).filter((field) => field.name !== by),
  ]);
  return { kind: "variants", by, forms: Object.fromEntries(forms) };
}

function fieldsOf(node: Node): readonly Field[] {
  return Object.entries(node.properties ?? {}).map(([name, inner]) => ({
    name,
    shape: shapeOf(inner),
    required: node.required?.includes(name) ?? false,
    fallback: resolved(inner).default ?? undefined,
  }));
}

const OWN = new Set(["type", "next", "label"]);

function kindOf(node: Node): Kind[] {
  const type = node.properties?.type?.const;
  const about = node["x-activity"];
  if (typeof type !== "string" || !about) return [];
  const found = fieldsOf(node).filter((field) => !OWN.has(field.name));
  const fields = [...found].sort((one, other) => Number(other.required) - Number(one.required));
  return [{ type, ...about, branches: "paths" in (node.properties ?? {}), fields }];
}

/** Every kind of activity, by its type. */
export const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.values(whole.$defs)
    .flatMap(kindOf)
    .map((kind) => [kind.type, kind]),
);

/** The properties of a journey, without its activities. */
export const PROPERTIES: readonly Field[] = fieldsOf(whole).filter(
  (field) => !["name", "start", "activities"].includes(field.name),
);
