/** What differs between two states of a thing, field by field: pure. */

export interface Difference {
  /** Where: "grants.prod.0"; empty for the whole. */
  path: string;
  before: string | undefined;
  after: string | undefined;
}

/** The leaves that are not the same, in the order of their paths; null stands for a thing that was not there. */
export function differences(before: unknown, after: unknown): readonly Difference[] {
  const [old, now] = [leaves(before), leaves(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }))
    .filter((each) => each.before !== each.after);
}

function leaves(value: unknown, path = ""): Map<string, string> {
  if (value === null || value === undefined) return new Map(path ? [[path, "null"]] : []);
  if (typeof value !== "object") return new Map([[path, typeof value === "string" ? value : JSON.stringify(value)]]);
  const inner = Object.entries(value);
  if (inner.length === 0) return new Map([[path, Array.isArray(value) ? "[]" : "{}"]]);
  if (Array.isArray(value) && value.every((each) => typeof each !== "object")) {
    return new Map([[path, value.join(", ")]]);
  }
  return new Map(inner.flatMap(([name, each]) => [...leaves(each, path ? `${path}.${name}` : name)]));
}
