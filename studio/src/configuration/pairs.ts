import { useState } from "react";
import { same } from "./documents";

export interface Pair<T> {
  id: number;
  name: string;
  value: T;
}

let last = 0;

function pairsOf<T>(given: Readonly<Record<string, T>>): Pair<T>[] {
  return Object.entries(given).map(([name, value]) => ({ id: ++last, name, value }));
}

function whole<T>(pairs: readonly Pair<T>[]): Record<string, T> {
  return Object.fromEntries(pairs.filter(({ name }) => name !== "").map(({ name, value }) => [name, value]));
}

/** An object as rows that can be named as one types: names that are empty, or there already, wait for a better one. */
export function usePairs<T>(given: Readonly<Record<string, T>>, onChange: (next: Record<string, T>) => void) {
  const [pairs, setPairs] = useState(() => pairsOf(given));
  let rows = pairs;
  if (!same(whole(pairs), given)) {
    rows = pairsOf(given); // it was changed from elsewhere
    setPairs(rows);
  }
  const set = (next: Pair<T>[]) => {
    setPairs(next);
    onChange(whole(next));
  };
  return {
    rows,
    twice: (pair: Pair<T>) => rows.some((each) => each.id !== pair.id && each.name === pair.name && pair.name !== ""),
    add: (value: T, name = "") => set([...rows, { id: ++last, name, value }]),
    put: (pair: Pair<T>) => set(rows.map((each) => (each.id === pair.id ? pair : each))),
    remove: (id: number) => set(rows.filter((each) => each.id !== id)),
  };
}
