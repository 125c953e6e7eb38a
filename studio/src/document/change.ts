/**
 * Edits as data. A change says what stood at a place of the document and what is to stand there, so that it can be
 * applied, inverted, sent, kept and compared, all without a screen.
 */
import type { JourneyDocument } from "./types";

export type Step = string | number;

export interface Put {
  readonly kind: "put";
  readonly at: readonly Step[];
  /** Undefined: nothing is there. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface Several {
  readonly kind: "several";
  readonly changes: readonly Change[];
}

export type Change = Put | Several;

/** What stands at a place. */
export function valueAt(document: unknown, at: readonly Step[]): unknown {
  let here: unknown = document;
  for (const step of at) {
    if (here === null || typeof here !== "object") return undefined;
    here = (here as Record<Step, unknown>)[step];
  }
  return here;
}

/** The change that puts a value at a place of this document; undefined takes away what is there. */
export function put(document: JourneyDocument, at: readonly Step[], after: unknown): Put {
  return { kind: "put", at, before: valueAt(document, at), after };
}

/** The document with a change. */
export function apply(document: JourneyDocument, change: Change): JourneyDocument {
  if (change.kind === "several") return change.changes.reduce(apply, document);
  return placed(document, change.at, change.after) as JourneyDocument;
}

/** What takes a change back. */
export function invert(change: Change): Change {
  if (change.kind === "several") return { kind: "several", changes: [...change.changes].reverse().map(invert) };
  return { kind: "put", at: change.at, before: change.after, after: change.before };
}

/** The change that leads from one document to another, activity by activity. */
export function between(from: JourneyDocument, to: JourneyDocument): Change {
  const changes: Put[] = [];
  for (const id of new Set([...Object.keys(from.activities), ...Object.keys(to.activities)])) {
    const [before, after] = [from.activities[id], to.activities[id]];
    if (!same(before, after)) changes.push({ kind: "put", at: ["activities", id], before, after });
  }
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    if (key !== "activities" && !same(from[key], to[key])) {
      changes.push({ kind: "put", at: [key], before: from[key], after: to[key] });
    }
  }
  return { kind: "several", changes };
}

export function isEmpty(change: Change): boolean {
  return change.kind === "several" ? change.changes.every(isEmpty) : same(change.before, change.after);
}

/** Whether two values are the same JSON; the order of keys counts, as that of paths does. */
export function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** The places that a change touches. */
export function places(change: Change): readonly string[] {
  return change.kind === "several" ? change.changes.flatMap(places) : [change.at.slice(0, 2).join("/")];
}

function placed(here: unknown, at: readonly Step[], value: unknown): unknown {
  const [step, ...rest] = at;
  if (step === undefined) return value;
  if (Array.isArray(here)) {
    const copy = [...here];
    const inner = placed(copy[step as number], rest, value);
    if (inner === undefined) copy.splice(step as number, 1);
    else copy[step as number] = inner;
    return copy;
  }
  const object = (here ?? {}) as Record<string, unknown>;
  const inner = placed(object[step], rest, value);
  if (inner !== undefined) return { ...object, [step]: inner };
  const { [step]: _, ...others } = object;
  return others;
}
