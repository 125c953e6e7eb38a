/** A test as it is seen: what the stream tells, folded; without a screen. */
import type { components } from "./schema";

export type Flow = components["schemas"]["Flow"];
export type Move = components["schemas"]["Move"] & { stay: string; person: string };

export interface Seen {
  readonly stay: string;
  readonly person: string;
  readonly phase: string;
  readonly arrows: readonly string[];
}

/** What is seen of a test: the people in order of their entry, and the activities at which something failed. */
export interface Sight {
  readonly people: readonly Seen[];
  readonly errors: Readonly<Record<string, number>>;
}

export const NOTHING_SEEN: Sight = { people: [], errors: {} };

/** How a test looks first. */
export function begun(flow: Flow): Sight {
  return {
    people: flow.people.map(({ stay, person, phase, arrows }) => ({ stay, person, phase, arrows })),
    errors: Object.fromEntries(
      Object.entries(flow.activities).flatMap(([id, { errors }]) => (errors ? [[id, errors]] : [])),
    ),
  };
}

/** How it looks after a move. */
export function moved(sight: Sight, move: Move): Sight {
  const before = sight.people.find((each) => each.stay === move.stay) ?? {
    stay: move.stay,
    person: move.person,
    arrows: [],
  };
  const after: Seen = {
    ...before,
    phase: phaseAfter(move),
    arrows: move.arrow === null || move.arrow === undefined ? before.arrows : [...before.arrows, move.arrow],
  };
  const known = sight.people.some((each) => each.stay === move.stay);
  return {
    people: known ? sight.people.map((each) => (each.stay === move.stay ? after : each)) : [...sight.people, after],
    errors: move.error ? { ...sight.errors, [move.activity]: (sight.errors[move.activity] ?? 0) + 1 } : sight.errors,
  };
}

function phaseAfter({ ended, status, error, arrow }: Move): string {
  if (!ended) return "running";
  if (status === "exited" || status === "stopped") return status;
  return error && !arrow ? "error" : "finished";
}

/** How many took each arrow, as the canvas counts. */
export function counted({ people }: Sight) {
  const activities: Record<string, { left: number; arrows: Record<string, number> }> = {};
  for (const arrow of people.flatMap((each) => each.arrows)) {
    const id = arrow.slice(0, arrow.lastIndexOf("/"));
    activities[id] ??= { left: 0, arrows: {} };
    activities[id].left += 1;
    activities[id].arrows[arrow] = (activities[id].arrows[arrow] ?? 0) + 1;
  }
  return { entered: people.length, activities };
}
