import { useState } from "react";

export interface RowKeys {
  of: (name: string) => number;
  /** Told before a row is called otherwise, so that it stays the same row. */
  rename: (from: string, to: string) => void;
}

/**
 * Keys for rows that have names: a row that is renamed is not made anew, so that a press which ends the renaming, because
 * the name loses the focus by it, still reaches what it is on.
 */
export function rowKeys(): RowKeys {
  const keys = new Map<string, number>();
  let last = 0;
  const of = (name: string): number => {
    const key = keys.get(name) ?? ++last;
    keys.set(name, key);
    return key;
  };
  return {
    of,
    rename: (from, to) => {
      keys.set(to, of(from));
      keys.delete(from);
    },
  };
}

export function useRowKeys(): RowKeys {
  return useState(rowKeys)[0];
}
