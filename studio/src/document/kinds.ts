/** The kinds of activities: families, as the palette and the colours have them. */

export type Family = "event" | "orchestration" | "action";

const FAMILIES: Readonly<Record<string, Family>> = {
  event: "event",
  segmentQualification: "event",
  reaction: "event",
  readAudience: "event",
  condition: "orchestration",
  split: "orchestration",
  wait: "orchestration",
  end: "orchestration",
};

/** The family of a kind; what is not known to stand among events or orchestration acts. */
export function familyOf(type: string): Family {
  return FAMILIES[type] ?? "action";
}
