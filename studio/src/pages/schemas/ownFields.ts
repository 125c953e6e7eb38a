/** The fields of a schema or a field group as documents write them, and as a form has them. Pure. */
import { SCALARS } from "../../configuration/example";

/** What a field is: a scalar or `any`; `object` with fields; `list` or `map` of another; `ref` to a data type. */
export interface OwnField {
  readonly name: string;
  readonly kind: string;
  /** Of a list or a map. */
  readonly item?: OwnField | undefined;
  /** Of an object. */
  readonly fields?: readonly OwnField[] | undefined;
  /** The data type's name. */
  readonly ref?: string | undefined;
  /** Titles, rules: keys with `$` as they stand in the document. */
  readonly marks: Readonly<Record<string, unknown>>;
}

const SHAPES = new Set(["$type", "$list", "$map", "$ref"]);

type Written = Readonly<Record<string, unknown>>;

/** A document's `fields` as a form has them. */
export function read(fields: Written): readonly OwnField[] {
  return Object.entries(fields).map(([name, spec]) => one(name, spec));
}

function one(name: string, spec: unknown): OwnField {
  if (typeof spec === "string") {
    const item = /^list<(.*)>$/.exec(spec)?.[1];
    return item === undefined
      ? { name, kind: spec, marks: {} }
      : { name, kind: "list", item: one("", item), marks: {} };
  }
  const whole = (spec ?? {}) as Written;
  const entries = Object.entries(whole);
  const marks = Object.fromEntries(entries.filter(([key]) => key.startsWith("$") && !SHAPES.has(key)));
  if ("$list" in whole) return { name, kind: "list", item: one("", whole.$list), marks };
  if ("$map" in whole) return { name, kind: "map", item: one("", whole.$map), marks };
  if ("$type" in whole) return { ...one(name, whole.$type), marks };
  if ("$ref" in whole) return { name, kind: "ref", ref: String(whole.$ref), marks };
  return {
    name,
    kind: "object",
    fields: read(Object.fromEntries(entries.filter(([key]) => !key.startsWith("$")))),
    marks,
  };
}

/** The same as a document writes it, as shortly as it can be said. */
export function write(fields: readonly OwnField[]): Record<string, unknown> {
  return Object.fromEntries(fields.filter(({ name }) => name !== "").map((field) => [field.name, spec(field)]));
}

function spec(field: OwnField): unknown {
  const { kind, item, marks } = field;
  const plain = Object.keys(marks).length === 0;
  if (kind === "object") return { ...marks, ...write(field.fields ?? []) };
  if (kind === "ref") return { $ref: field.ref ?? "", ...marks };
  const inner = item ? spec(item) : "string";
  if (kind === "list" && plain && typeof inner === "string") return `list<${inner}>`;
  if (kind === "list") return { $list: inner, ...marks };
  if (kind === "map") return { $map: inner, ...marks };
  return plain ? kind : { $type: kind, ...marks };
}

export const blankField = (name: string): OwnField => ({ name, kind: "string", marks: {} });

/** A field made one of another kind: what is said of it stays, but for rules that only texts or numbers have. */
export function retyped(field: OwnField, kind: string): OwnField {
  const rules = kind === field.kind ? [] : RULES;
  const marks = Object.fromEntries(Object.entries(field.marks).filter(([key]) => !rules.includes(key)));
  const next = { name: field.name, kind, marks };
  if (kind === "object") return { ...next, fields: field.fields ?? field.item?.fields ?? [] };
  if (kind === "list" || kind === "map") {
    const inner = field.kind === "object" ? { ...field, name: "", marks: {} } : (field.item ?? blankField(""));
    return { ...next, item: inner };
  }
  return kind === "ref" ? { ...next, ref: field.ref } : next;
}

const RULES: readonly string[] = [
  "$enum",
  "$values",
  "$format",
  "$pattern",
  "$minimum",
  "$maximum",
  "$minLength",
  "$maxLength",
];

/** A field with a mark; an empty one is taken out. */
export function marked(field: OwnField, mark: string, value: unknown): OwnField {
  const { [mark]: _, ...others } = field.marks;
  const empty = value === undefined || value === "" || value === false || (Array.isArray(value) && value.length === 0);
  return { ...field, marks: empty ? others : { ...others, [mark]: value } };
}

/** A title in one language, of a title that may be in one or in several. */
export function titleIn(title: unknown, language: "en" | "ko"): string {
  if (typeof title === "string") return language === "en" ? title : "";
  return ((title ?? {}) as Record<string, string>)[language] ?? "";
}

/** A title with another text in one language: one text where there is only English. */
export function titled(title: unknown, language: "en" | "ko", text: string): unknown {
  const both = { en: titleIn(title, "en"), ko: titleIn(title, "ko"), [language]: text };
  if (!both.ko) return both.en || undefined;
  return both.en ? both : { ko: both.ko };
}

/** The paths of all fields, lists and maps without a step of their own. */
export function pathsOf(fields: readonly OwnField[], above = ""): readonly string[] {
  return fields.flatMap((field) => {
    const here = above ? `${above}.${field.name}` : field.name;
    const inner = field.fields ?? field.item?.fields ?? [];
    return [here, ...pathsOf(inner, here)];
  });
}

export const KINDS: readonly string[] = [...SCALARS, "object", "list", "map", "ref", "any"];
export const FORMATS: readonly string[] = [
  "uri",
  "uri-reference",
  "email",
  "ipv4",
  "ipv6",
  "hostname",
  "uuid",
  "time",
  "regex",
  "json-pointer",
];
