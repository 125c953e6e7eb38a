/** The ways to show who calls, as the published JSON Schema of data sources has them. */
import published from "../../../docs/reference/schemas/source.schema.json";
import { isObject } from "./example";
import { fieldsOf, type SchemaField, type SchemaNode } from "./schemaFields";

export interface Authentication {
  readonly type: string;
  readonly [field: string]: unknown;
}

export const CUSTOM = "customAuthorization";

const definitions = published.$defs as unknown as Readonly<Record<string, SchemaNode>>;

/** The fields of each way that has fields alone; the custom one has a form of its own. */
export const WAYS: ReadonlyMap<string, readonly SchemaField[]> = new Map(
  Object.values(definitions).flatMap((node) => {
    const type = node.properties?.type?.const;
    if (type === undefined) return [];
    const fields = fieldsOf(node).filter(({ name }) => name !== "type");
    return [[type, type === CUSTOM ? [] : fields] as const];
  }),
);

/** A way, before anything is written: what it needs, empty. */
export function blankAuthentication(type: string): Authentication {
  if (type === CUSTOM) {
    return {
      type,
      authorizationType: "bearer",
      endpoint: "",
      method: "POST",
      body: { bodyType: "form", bodyParams: {} },
      tokenInResponse: "json://access_token",
    };
  }
  const needed = (WAYS.get(type) ?? []).filter((field) => field.required);
  return { type, ...Object.fromEntries(needed.map(({ name, fallback }) => [name, fallback])) };
}

export interface TokenBody {
  readonly bodyType: "form" | "json";
  readonly bodyParams?: Readonly<Record<string, unknown>>;
}

export interface TokenLife {
  readonly duration?: number | null;
  readonly expiryInResponse?: string | null;
  readonly timeUnit: string;
}

/** The name of the header or parameter that takes a token. */
export function targetName(target: unknown): string {
  if (typeof target === "string") return target;
  return isObject(target) && typeof target.name === "string" ? target.name : "";
}
