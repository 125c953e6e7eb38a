/** The form of an event: a row for each value that it has, read off its sample and its schema. */

export interface JsonSchema {
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

export interface Row {
  /** Dotted. */
  readonly path: string;
  readonly title: string;
  readonly kind: "text" | "number" | "boolean" | "choice";
  readonly options: readonly string[];
  readonly integer: boolean;
  /** Whether an organisation gave it its own; every event has the others. */
  readonly own: boolean;
  readonly sample: unknown;
}

/** What the server fills in by itself. */
const ITS_OWN = new Set(["_id", "timestamp", "identityMap", "_experience"]);

/** The rows of a sample; what is in a list is for the raw view. */
export function rowsOf(sample: Readonly<Record<string, unknown>>, schema: JsonSchema): readonly Row[] {
  const rows: Row[] = [];
  const walk = (value: Readonly<Record<string, unknown>>, within: JsonSchema | undefined, before: string) => {
    for (const [name, inner] of Object.entries(value)) {
      if (!before && ITS_OWN.has(name)) continue;
      const path = before ? `${before}.${name}` : name;
      const about = within?.properties?.[name];
      if (inner !== null && typeof inner === "object" && !Array.isArray(inner)) {
        walk(inner as Record<string, unknown>, about, path);
      } else if (!Array.isArray(inner)) {
        rows.push(rowOf(path, name, inner, about));
      }
    }
  };
  walk(sample, schema, "");
  return rows;
}

function rowOf(path: string, name: string, sample: unknown, about: JsonSchema | undefined): Row {
  const options = (about?.enum ?? []).map(String);
  const kind = options.length
    ? "choice"
    : typeof sample === "number"
      ? "number"
      : typeof sample === "boolean"
        ? "boolean"
        : "text";
  const types = [about?.type ?? []].flat();
  return {
    path,
    title: about?.title ?? name,
    kind,
    options,
    integer: types.includes("integer"),
    own: path.startsWith("_"),
    sample,
  };
}

/** A sample with other values, and with somebody for whom it is. */
export function filled(
  sample: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, unknown>>,
  namespace: string,
  person: string,
): Record<string, unknown> {
  const made = structuredClone(sample) as Record<string, unknown>;
  for (const [path, value] of Object.entries(values)) put(made, path.split("."), value);
  if (person && made.identityMap) made.identityMap = { [namespace]: [{ id: person, primary: true }] };
  made._id = `test-${Date.now().toString(36)}`;
  made.timestamp = new Date().toISOString();
  return made;
}

/** Puts a value where there is a place for it: another event may have had others. */
function put(into: Record<string, unknown>, [name = "", ...rest]: readonly string[], value: unknown): void {
  if (!(name in into)) return;
  const inner = into[name];
  if (rest.length === 0) into[name] = value;
  else if (inner !== null && typeof inner === "object") put(inner as Record<string, unknown>, rest, value);
}
