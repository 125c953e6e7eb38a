/** Events as documents: pure. */

export interface EventDocument {
  readonly name: string;
  readonly description?: string | undefined;
  readonly schema: string;
  readonly about?: "person" | "business" | undefined;
  readonly type?: "rule" | "system" | undefined;
  readonly fields?: readonly string[] | undefined;
  readonly condition?: string | null | undefined;
  readonly eventID?: string | null | undefined;
  readonly namespace?: string | null | undefined;
  readonly key?: string | null | undefined;
  readonly supplementalKey?: string | null | undefined;
}

/** An event under another name: its own expressions name it, too. */
export function called(event: EventDocument, name: string): EventDocument {
  const follow = (text: string | null | undefined) =>
    typeof text === "string" ? text.replaceAll(`@{${event.name || PLACE}.`, `@{${name || PLACE}.`) : text;
  return {
    ...event,
    name,
    condition: follow(event.condition),
    key: follow(event.key),
    supplementalKey: follow(event.supplementalKey),
  };
}

/** What an event is called in expressions before it has a name. */
export const PLACE = "Event";

/** The leaves of a payload, by dotted path; lists of plain values are leaves, in others the place is part of the path. */
export function leavesOf(payload: unknown, path: readonly string[] = []): readonly (readonly [string, unknown])[] {
  const whole = Array.isArray(payload) && !payload.some((each) => typeof each === "object" && each !== null);
  if (typeof payload !== "object" || payload === null || whole) return [[path.join("."), payload]];
  return Object.entries(payload).flatMap(([name, value]) => leavesOf(value, [...path, name]));
}

/** A payload with a value at a dotted path that is there. */
export function withLeaf(payload: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (Array.isArray(payload)) return payload.with(Number(name), withLeaf(payload[Number(name)], rest, value));
  const whole = (payload ?? {}) as Record<string, unknown>;
  return { ...whole, [name]: withLeaf(whole[name], rest, value) };
}
