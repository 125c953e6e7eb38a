/** What activities are called: the same as the server says in its sentences (src/sojourn/journey/names.py). */
import type { Activity, JourneyDocument } from "../document/types";
import { type Language, sayIn } from "../messages/text";
import { words } from "./words";

type Activities = JourneyDocument["activities"];

/** By kind the field that says most of an activity without a label. */
const KNOWN_BY: Readonly<Record<string, string>> = {
  event: "event",
  action: "action",
  segmentQualification: "segment",
  readAudience: "segment",
  jump: "journey",
};

function isWord(type: string): type is keyof typeof words {
  return type in words;
}

export function kindWord(type: string, language: Language): string {
  return isWord(type) ? (sayIn(words, language) as (key: string) => string)(type) : type;
}

/** What one activity says of itself: its label; else what it names, or its kind. */
export function plainName(activity: Activity, language: Language): string {
  if (activity.label) return activity.label;
  const named = activity[KNOWN_BY[activity.type] ?? ""];
  return typeof named === "string" && named ? named : kindWord(activity.type, language);
}

const made = new WeakMap<Activities, Map<Language, ReadonlyMap<string, string>>>();

/** The names of all activities, by id: one that is taken gets a number. */
function namesOf(activities: Activities, language: Language): ReadonlyMap<string, string> {
  const known = made.get(activities) ?? new Map<Language, ReadonlyMap<string, string>>();
  made.set(activities, known);
  const before = known.get(language);
  if (before) return before;
  const found = new Map<string, string>();
  for (const [id, { label }] of Object.entries(activities)) if (label) found.set(id, label);
  const taken = new Set(found.values());
  for (const [id, activity] of Object.entries(activities)) {
    if (found.has(id)) continue;
    const plain = plainName(activity, language);
    let name = plain;
    for (let number = 2; taken.has(name) && activity.type !== "end"; number++) name = `${plain} ${number}`;
    taken.add(name);
    found.set(id, name);
  }
  known.set(language, found);
  return found;
}

/** What an activity of a journey is called; of one that is not there, its id. */
export function nameIn(document: Pick<JourneyDocument, "activities">, id: string, language: Language): string {
  return namesOf(document.activities, language).get(id) ?? id;
}
