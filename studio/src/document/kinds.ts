/** The families of activities, as the palette and the colours have them, and how a new one begins. */
import { KINDS } from "./schema";
import type { Activity } from "./types";

export type Family = "event" | "orchestration" | "action";
export const FAMILIES: readonly Family[] = ["event", "orchestration", "action"];

const EVENTS = new Set(["event", "segmentQualification", "reaction", "readAudience", "businessEvent"]);

/** The family of a kind: what branches, waits or ends orchestrates; what else is no event acts. */
export function familyOf(type: string): Family {
  if (EVENTS.has(type)) return "event";
  const kind = KINDS.get(type);
  const steers = kind && (kind.branches || kind.rests || kind.ways.length === 0 || kind.ways.includes("other"));
  return steers ? "orchestration" : "action";
}

/** Kinds in the order in which they are offered; the others behind them. */
const ORDER = [
  "condition",
  "percentageSplit",
  "abSplit",
  "timeCondition",
  "dateCondition",
  "profileCap",
  "wait",
  "end",
];

export function inOffer(one: string, other: string): number {
  const place = (type: string) => (ORDER.includes(type) ? ORDER.indexOf(type) : ORDER.length);
  return place(one) - place(other);
}

/** Fields that name something, and where it is: a folder of documents, journeys, or messages of this journey. */
export const REFERENCES = {
  event: "events",
  action: "actions",
  segment: "segments",
  channel: "channels",
  dataset: "datasets",
  journey: "journeys",
  message: "messages",
  goal: "activities",
  namespace: "namespaces",
} as const;

export function referenceOf(field: string): (typeof REFERENCES)[keyof typeof REFERENCES] | undefined {
  return field in REFERENCES ? REFERENCES[field as keyof typeof REFERENCES] : undefined;
}

const MESSAGES = new Set(["email", "push", "sms"]);

/** The messages that a journey sends, by the ids of their activities. */
export function messagesOf(activities: Readonly<Record<string, Activity>>): readonly string[] {
  return Object.keys(activities).filter((id) => MESSAGES.has(activities[id]?.type ?? ""));
}

/** The ways to say until when a wait lasts: of these fields there is one, at first with this. */
export const WAIT_FORMS = { duration: "P1D", until: "", date: "", time: "09:00" } as const;

/** What new paths are called, in the language of whoever adds them, before their number. */
export const PATH_WORD = { en: "Path", ko: "경로" } as const;

function blankPaths(type: string, word: string): Readonly<Record<string, unknown>> {
  if (type === "abSplit") return { A: { share: 50 }, B: { share: 50 } };
  if (type === "percentageSplit") return { [`${word}1`]: 50, [`${word}2`]: 50 };
  return { [`${word}1`]: blankPath(type) };
}

/** A new activity of a kind. What is still to set is left out: it is a finding until it is there. */
export function blank(
  type: string,
  given: Readonly<Record<string, unknown>> = {},
  word: string = PATH_WORD.en,
): Activity {
  const activity: Record<string, unknown> = { type };
  if (KINDS.get(type)?.branches) Object.assign(activity, { paths: blankPaths(type, word), next: {} });
  if (type === "condition") activity.next = { other: null };
  if (type === "wait") activity.duration = WAIT_FORMS.duration;
  return { ...activity, ...given } as unknown as Activity;
}

/** A value for one more path of a branching activity. */
export function blankPath(type: string): unknown {
  if (type === "timeCondition") return { from: "09:00", to: "18:00" };
  if (type === "dateCondition") return {};
  if (type === "abSplit") return { share: 50 };
  return type === "percentageSplit" ? 50 : "";
}

/** The next free name for a path: Path1, Path2, ... */
export function freePath(taken: readonly string[], word: string = PATH_WORD.en): string {
  let number = taken.length + 1;
  while (taken.includes(`${word}${number}`)) number++;
  return `${word}${number}`;
}
