/** The families of activities, as the palette and the colours have them, and how a new one begins. */
import { type Field, KINDS } from "./schema";
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
const ORDER = ["condition", "percentageSplit", "timeCondition", "dateCondition", "profileCap", "wait", "end"];

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
} as const;

export function referenceOf(field: string): (typeof REFERENCES)[keyof typeof REFERENCES] | undefined {
  return field in REFERENCES ? REFERENCES[field as keyof typeof REFERENCES] : undefined;
}

const MESSAGES = new Set(["email", "push", "sms"]);

/** The messages that a journey sends, by the ids of their activities. */
export function messagesOf(activities: Readonly<Record<string, Activity>>): readonly string[] {
  return Object.keys(activities).filter((id) => MESSAGES.has(activities[id]?.type ?? ""));
}

/** The ways to say until when a wait lasts: of these fields there is one. */
export const WAIT_FORMS = {
  duration: "P1D",
  until: "#{JourneyProperties.externalKey}",
  date: "2027-01-01T09:00",
  time: "09:00",
} as const;

const PATH = "Path1";
const BLANK_PATHS: Readonly<Record<string, unknown>> = {
  condition: { [PATH]: "true" },
  timeCondition: { [PATH]: { from: "09:00", to: "18:00" } },
  dateCondition: { [PATH]: { from: "2027-01-01T00:00" } },
  percentageSplit: { [PATH]: 50, Path2: 50 },
};

/** A new activity of a kind that the server takes as it is, whatever is still to set; `given` names its document. */
export function blank(type: string, given: Readonly<Record<string, unknown>> = {}): Activity {
  const kind = KINDS.get(type);
  const activity: Record<string, unknown> = { type };
  for (const field of kind?.fields ?? []) if (field.required) activity[field.name] = emptyOf(field);
  if (kind?.branches) Object.assign(activity, { paths: BLANK_PATHS[type] ?? { [PATH]: "true" }, next: {} });
  if (type === "condition") activity.next = { other: null };
  if (type === "wait") activity.duration = "P1D";
  return { ...activity, ...given } as unknown as Activity;
}

function emptyOf({ shape, fallback }: Field): unknown {
  if (fallback !== undefined) return fallback;
  if (shape.kind === "number") return shape.low ?? 0;
  if (shape.kind === "boolean") return false;
  if (shape.kind === "choice") return shape.options[0];
  if (shape.kind === "choices") return shape.options.slice(0, 1);
  if (shape.kind === "duration") return "P1D";
  if (shape.kind === "list") return [];
  if (shape.kind === "expression") return "null";
  return shape.kind === "map" || shape.kind === "fields" ? {} : "";
}

/** A value for one more path of a branching activity. */
export function blankPath(type: string): unknown {
  return Object.values((BLANK_PATHS[type] ?? { [PATH]: "true" }) as Record<string, unknown>)[0];
}

/** The next free name for a path: Path1, Path2, ... */
export function freePath(taken: readonly string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`Path${number}`)) number++;
  return `Path${number}`;
}
