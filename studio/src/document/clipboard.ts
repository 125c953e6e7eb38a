/** Copy and paste as text, so that it works between journeys, tabs and browsers, and from journeys to read only. */
import { between, type Change } from "./change";
import { referenceOf } from "./kinds";
import { freeId } from "./operations";
import type { Activity, JourneyDocument } from "./types";
import { type Place, waysOf, withWay } from "./ways";

interface Copied {
  readonly sojourn: "activities";
  readonly activities: Readonly<Record<string, Activity>>;
}

/** Activities as text; ways between them stay, others end. */
export function copied(document: JourneyDocument, ids: readonly string[]): string {
  const activities: Record<string, Activity> = {};
  for (const id of ids) {
    let activity = document.activities[id];
    if (!activity) continue;
    for (const way of waysOf(activity)) {
      activity = withWay(
        activity,
        way.path,
        way.targets.filter((target) => ids.includes(target)),
      );
    }
    activities[id] = activity;
  }
  return JSON.stringify({ sojourn: "activities", activities } satisfies Copied, null, 1);
}

/** The events that a text's activities listen to; undefined where the text holds no activities. */
export function eventsIn(text: string): readonly string[] | undefined {
  const found = read(text);
  const events = Object.values(found?.activities ?? {}).map((activity) => activity.event);
  return found && events.filter((event) => typeof event === "string");
}

function read(text: string): Copied | undefined {
  try {
    const found: Copied = JSON.parse(text);
    return found?.sojourn === "activities" && typeof found.activities === "object" ? found : undefined;
  } catch {
    return undefined;
  }
}

/** What names other activities, such as the message that is reacted to or the goal of a branch, names their copies. */
function following(given: Activity, names: ReadonlyMap<string, string>): Activity {
  const renamed = (fields: Readonly<Record<string, unknown>>) =>
    Object.entries(fields).map(([field, value]): [string, unknown] => {
      const inside = ["messages", "activities"].includes(referenceOf(field) ?? "");
      return [field, inside && typeof value === "string" ? (names.get(value) ?? value) : value];
    });
  const activity = Object.fromEntries(renamed(given)) as unknown as Activity;
  if (activity.paths === null || typeof activity.paths !== "object") return activity;
  const paths = Object.entries(activity.paths).map(([path, value]: [string, unknown]) => [
    path,
    value !== null && typeof value === "object" ? Object.fromEntries(renamed(value as Record<string, unknown>)) : value,
  ]);
  return { ...activity, paths: Object.fromEntries(paths) };
}

/** What pasting a text does: the activities with new ids, the first one led to from a free place if one is given. */
export function pasted(
  document: JourneyDocument,
  text: string,
  place?: Place,
): { change: Change; ids: readonly string[] } | undefined {
  const found = read(text);
  if (!found) return undefined;
  const names = new Map<string, string>();
  for (const id of Object.keys(found.activities)) names.set(id, freeId(document, id, new Set(names.values())));
  const added: Record<string, Activity> = {};
  for (const [id, given] of Object.entries(found.activities)) {
    let activity = given;
    for (const way of waysOf(given)) {
      activity = withWay(
        activity,
        way.path,
        way.targets.flatMap((target) => names.get(target) ?? []),
      );
    }
    added[names.get(id) as string] = following(activity, names);
  }
  const ids = [...names.values()];
  const from = place && document.activities[place.from];
  const free = from && waysOf(from).some((way) => way.path === place.path && way.targets.length === 0);
  const activities = { ...document.activities, ...added };
  if (place && from && free && ids[0]) activities[place.from] = withWay(from, place.path, [ids[0]]);
  return { change: between(document, { ...document, activities }), ids };
}
