/** The range of a report, and the pieces that it is told in. */
import type { Grain } from "../../api/metrics";

export const PRESETS = ["all", "24h", "7d", "30d", "90d", "own"] as const;
export type Preset = (typeof PRESETS)[number];

export interface Asked {
  readonly range?: Preset | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly grain?: Exclude<Grain, "all"> | undefined;
}

export interface Range {
  /** ISO 8601; undefined: from the first step on, until now. */
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly grain: Exclude<Grain, "all">;
}

export const GRAINS = ["hour", "day", "week", "month"] as const;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LONG: Readonly<Record<string, number>> = { "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY, "90d": 90 * DAY };

/** What is asked in an address. */
export function askedOf(given: Record<string, unknown>): Asked {
  const one = <T extends string>(all: readonly T[], value: unknown) => all.find((each) => each === value);
  const day = (value: unknown) => (typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined);
  return {
    range: one(PRESETS, given.range),
    from: day(given.from),
    until: day(given.until),
    grain: one(GRAINS, given.grain),
  };
}

/** The range as of `now` (epoch ms); `begin` is when there was anything first. Its beginning moves by whole minutes. */
export function rangeOf(asked: Asked, now: number, begin: number): Range {
  const preset = asked.range ?? "all";
  const long = LONG[preset];
  const since =
    long !== undefined
      ? Math.floor((now - long) / 60_000) * 60_000
      : preset === "own"
        ? midnight(asked.from)
        : undefined;
  const until = preset === "own" ? midnight(asked.until, 1) : undefined;
  const width = (until ?? now) - (since ?? begin);
  const grain = width <= 2 * DAY ? "hour" : width <= 92 * DAY ? "day" : width <= 730 * DAY ? "week" : "month";
  return { since: iso(since), until: iso(until), grain: asked.grain ?? grain };
}

function iso(moment: number | undefined): string | undefined {
  return moment === undefined ? undefined : new Date(moment).toISOString();
}

/** The midnight with which a day begins, or the one some days later. */
function midnight(day: string | undefined, later = 0): number | undefined {
  if (!day) return undefined;
  const found = new Date(`${day}T00:00:00`);
  found.setDate(found.getDate() + later);
  return found.getTime();
}
