/** What a list shows of its rows: pure, so that it can be tested without a browser. */

export interface Sorting {
  column: string;
  down: boolean;
}

export type Sortable = string | number | null;

/** The rows that hold every word of the search, whatever its case. */
export function searched<Row>(rows: readonly Row[], text: (row: Row) => string, search: string): readonly Row[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const found = text(row).toLocaleLowerCase();
    return words.every((word) => found.includes(word));
  });
}

/** The rows in order; those without a value are last either way. */
export function sorted<Row>(rows: readonly Row[], by: (row: Row) => Sortable, down: boolean): readonly Row[] {
  const sign = down ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [left, right] = [by(one), by(other)];
    if (left === right) return 0;
    if (left === null) return 1;
    if (right === null) return -1;
    if (typeof left === "string" && typeof right === "string") return sign * left.localeCompare(right);
    return sign * (left < right ? -1 : 1);
  });
}

/** A page of the rows, its number kept within what there is; pages count from 1. */
export function paged<Row>(
  rows: readonly Row[],
  page: number,
  size: number,
): { rows: readonly Row[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const here = Math.min(Math.max(1, page), pages);
  return { rows: rows.slice((here - 1) * size, here * size), page: here, pages };
}
