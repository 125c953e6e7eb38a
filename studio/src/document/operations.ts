/** What people do to a journey, each as the change that it makes; undefined where it cannot be done. */
import { between, type Change } from "./change";
import { blank } from "./kinds";
import { KINDS } from "./schema";
import type { Activity, JourneyDocument } from "./types";
import { ownPaths, type Place, placesBefore, reaches, THEN, waits, waysOf, withWay } from "./ways";

export interface Inserted {
  readonly change: Change;
  readonly id: string;
}

/** An id that no activity has yet, made of a word. */
export function freeId(document: JourneyDocument, word: string, taken: ReadonlySet<string> = new Set()): string {
  const plain =
    word
      .replace(/[^A-Za-z0-9_]+/g, "_")
      .replace(/^[^A-Za-z]+/, "")
      .slice(0, 50) || "activity";
  const used = (id: string) => id in document.activities || taken.has(id);
  if (!used(plain)) return plain;
  let number = 2;
  while (used(`${plain}_${number}`)) number++;
  return `${plain}_${number}`;
}

function wordOf(activity: Activity): string {
  const named = activity[activity.type];
  return typeof named === "string" && named ? named : activity.type;
}

/** Puts an activity into a way; what the way led to comes after it. */
export function insert(document: JourneyDocument, place: Place, activity: Activity): Inserted | undefined {
  const from = document.activities[place.from];
  const way = from && waysOf(from).find((each) => each.path === place.path);
  if (!from || !way || (activity.type === "end" && way.targets.length > 0)) return undefined;
  const id = freeId(document, wordOf(activity));
  const first = waysOf(activity)[0]?.path;
  const led = first === undefined ? activity : withWay(activity, first, way.targets);
  const after = {
    ...document,
    activities: { ...document.activities, [place.from]: withWay(from, place.path, [id]), [id]: led },
  };
  return { change: between(document, after), id };
}

/** Puts an event or a wait beside what a way leads to already [6.16]. */
export function insertBeside(document: JourneyDocument, place: Place, activity: Activity): Inserted | undefined {
  const from = document.activities[place.from];
  const way = from && waysOf(from).find((each) => each.path === place.path);
  if (!from || !way || !mayStandBeside(document, way.targets, activity)) return undefined;
  const id = freeId(document, wordOf(activity));
  const after = {
    ...document,
    activities: {
      ...document.activities,
      [place.from]: withWay(from, place.path, [...way.targets, id]),
      [id]: activity,
    },
  };
  return { change: between(document, after), id };
}

function mayStandBeside(document: JourneyDocument, targets: readonly string[], activity: Activity): boolean {
  return targets.length > 0 && waits(activity) && targets.every((target) => waits(document.activities[target]));
}

/** Leads a way to an activity that is there: alone, or beside others where both wait. Never in a circle. */
export function connect(document: JourneyDocument, place: Place, to: string): Change | undefined {
  const from = document.activities[place.from];
  const target = document.activities[to];
  const way = from && waysOf(from).find((each) => each.path === place.path);
  if (!from || !target || !way || way.targets.includes(to) || to === document.start) return undefined;
  if (reaches(document, to, place.from)) return undefined;
  const targets = mayStandBeside(document, way.targets, target) ? [...way.targets, to] : [to];
  return between(document, led(document, place, targets));
}

/** Lets a way end, or, of several in parallel, takes one away. */
export function disconnect(document: JourneyDocument, place: Place, to: string): Change {
  const from = document.activities[place.from];
  const targets = from ? (waysOf(from).find((way) => way.path === place.path)?.targets ?? []) : [];
  return between(
    document,
    led(
      document,
      place,
      targets.filter((target) => target !== to),
    ),
  );
}

function led(document: JourneyDocument, place: Place, targets: readonly string[]): JourneyDocument {
  const from = document.activities[place.from];
  if (!from) return document;
  return { ...document, activities: { ...document.activities, [place.from]: withWay(from, place.path, targets) } };
}

/** Takes activities away; their paths heal: who came to one goes on to what came after it. */
export function remove(document: JourneyDocument, ids: readonly string[]): Change | undefined {
  const after = ids.reduce<JourneyDocument | undefined>((left, id) => left && without(left, id), document);
  return after && between(document, after);
}

function without(document: JourneyDocument, id: string): JourneyDocument | undefined {
  const gone = document.activities[id];
  if (!gone) return document;
  const next = waysOf(gone).find((way) => way.targets.length > 0)?.targets ?? [];
  const start = document.start === id ? next[0] : document.start;
  if (start === undefined) return undefined;
  let healed: JourneyDocument = { ...document, start };
  for (const place of placesBefore(document, id)) {
    const from = healed.activities[place.from];
    const targets = from ? (waysOf(from).find((way) => way.path === place.path)?.targets ?? []) : [];
    const others = targets.filter((target) => target !== id);
    const fits = others.length === 0 || [...others, ...next].every((target) => waits(healed.activities[target]));
    const joined = fits ? targets.flatMap((target) => (target === id ? next : [target])) : others;
    healed = led(healed, place, [...new Set(joined)]);
  }
  const { [id]: _, ...activities } = healed.activities;
  return { ...healed, activities };
}

/** Makes an activity one of another kind: its label stays, what both kinds have, and what it led to. */
export function become(document: JourneyDocument, id: string, type: string): Change | undefined {
  const old = document.activities[id];
  if (!old) return undefined;
  // An audience's event is another one: of a business, not of a customer.
  const kept = (KINDS.get(type)?.fields ?? []).filter(({ name }) => name in old && name !== "event");
  const shared = kept.map(({ name }) => [name, old[name]]);
  const made = blank(type, Object.fromEntries(old.label ? [["label", old.label], ...shared] : shared));
  const [first] = waysOf(made);
  const next = waysOf(old).find((way) => way.targets.length > 0)?.targets ?? [];
  if (!first) return undefined;
  return between(document, {
    ...document,
    activities: { ...document.activities, [id]: withWay(made, first.path, next) },
  });
}

/** Turns a way out on, to the end, or off: the alternative path of an error or a timeout, the path for other cases. */
export function toggleWay(document: JourneyDocument, id: string, path: string, on: boolean): Change | undefined {
  const activity = document.activities[id];
  if (!activity) return undefined;
  const after = withWay(activity, path, on ? [] : undefined);
  return between(document, { ...document, activities: { ...document.activities, [id]: after } });
}

/** Sets a field of an activity; undefined takes it away. */
export function setField(document: JourneyDocument, id: string, field: string, value: unknown): Change | undefined {
  return setFields(document, id, { [field]: value });
}

/** Sets fields of an activity; undefined takes one away. */
export function setFields(
  document: JourneyDocument,
  id: string,
  fields: Readonly<Record<string, unknown>>,
): Change | undefined {
  const activity = document.activities[id];
  if (!activity) return undefined;
  const entries = Object.entries({ ...activity, ...fields }).filter(([, value]) => value !== undefined);
  const after = Object.fromEntries(entries) as unknown as Activity;
  return between(document, { ...document, activities: { ...document.activities, [id]: after } });
}

export type Paths = Readonly<Record<string, unknown>>;

/** Gives a condition other paths: `renamed` says, by new name, which one it was, so that the way goes with it. */
export function setPaths(
  document: JourneyDocument,
  id: string,
  paths: Paths,
  renamed: Readonly<Record<string, string>> = {},
): Change | undefined {
  const activity = document.activities[id];
  if (!activity) return undefined;
  const old = new Map(waysOf(activity).map((way) => [way.path, way.targets]));
  const own = ownPaths(activity);
  let after: Activity = { ...activity, paths, next: {} };
  for (const path of Object.keys(paths)) after = withWay(after, path, old.get(renamed[path] ?? path) ?? []);
  for (const [path, targets] of old) if (!own.includes(path) && path !== THEN) after = withWay(after, path, targets);
  return between(document, { ...document, activities: { ...document.activities, [id]: after } });
}
