/** The ways to show who calls, as the published JSON Schema of data sources has them. */
import published from "../../../docs/reference/schemas/source.schema.json";
import { isObject } from "./example";

interface Node {
  type?: string;
  const?: string;
  format?: string;
  enum?: readonly string[];
  default?: unknown;
  anyOf?: readonly Node[];
  required?: readonly string[];
  properties?: Readonly<Record<string, Node>>;
}

export interface AuthenticationField {
  readonly name: string;
  readonly kind: "text" | "secret" | "choice";
  readonly options: readonly string[];
  readonly required: boolean;
  readonly fallback: string;
}

export interface Authentication {
  readonly type: string;
  readonly [field: string]: unknown;
}

export const CUSTOM = "customAuthorization";

const definitions = published.$defs as unknown as Readonly<Record<string, Node>>;

function fieldOf(name: string, given: Node, required: boolean): AuthenticationField {
  const node = given.anyOf?.find((each) => each.type !== "null") ?? given;
  const kind = node.enum ? "choice" : node.format === "password" ? "secret" : "text";
  return { name, kind, options: node.enum ?? [], required, fallback: String(node.default ?? "") };
}

/** The fields of each way that has fields alone; the custom one has a form of its own. */
export const WAYS: ReadonlyMap<string, readonly AuthenticationField[]> = new Map(
  Object.values(definitions).flatMap((node) => {
    const type = node.properties?.type?.const;
    if (type === undefined) return [];
    const fields = Object.entries(node.properties ?? {})
      .filter(([name]) => name !== "type")
      .map(([name, inner]) => fieldOf(name, inner, node.required?.includes(name) ?? false));
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
