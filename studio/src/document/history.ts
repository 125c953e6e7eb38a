/** A document with the way that it came and the way back: undo and redo of everything. */
import { apply, type Change, invert, isEmpty, same } from "./change";
import type { JourneyDocument } from "./types";

export interface History {
  readonly document: JourneyDocument;
  readonly past: readonly Change[];
  readonly future: readonly Change[];
  /** When the last change was made (epoch ms), for typing to become one step. */
  readonly at: number;
}

const TYPING_MS = 1500;
const KEPT = 500;

export function begun(document: JourneyDocument): History {
  return { document, past: [], future: [], at: 0 };
}

/** The history with one more change; what was undone is given up. */
export function done(history: History, change: Change, now: number): History {
  if (isEmpty(change)) return history;
  const last = history.past.at(-1);
  const joined = now - history.at < TYPING_MS ? continued(last, change) : undefined;
  const past = joined ? [...history.past.slice(0, -1), joined] : [...history.past, change];
  return { document: apply(history.document, change), past: past.slice(-KEPT), future: [], at: now };
}

export function undone(history: History): History {
  const last = history.past.at(-1);
  if (!last) return history;
  return {
    document: apply(history.document, invert(last)),
    past: history.past.slice(0, -1),
    future: [last, ...history.future],
    at: 0,
  };
}

export function redone(history: History): History {
  const [next, ...future] = history.future;
  if (!next) return history;
  return { document: apply(history.document, next), past: [...history.past, next], future, at: 0 };
}

/** Two changes of a text at the same place are one. */
function continued(last: Change | undefined, next: Change): Change | undefined {
  if (last?.kind !== "put" || next.kind !== "put" || !same(last.at, next.at)) return undefined;
  if (typeof last.after !== "string" || typeof next.after !== "string") return undefined;
  return { ...last, after: next.after };
}
