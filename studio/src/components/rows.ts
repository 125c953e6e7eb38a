/** What a list shows of its rows: pure, so that it can be tested without a browser. */

export interface Sorting {
  readonly column: string;
  readonly down: boolean;
}

export type Sortable = string | number | null;

/** What filters are set to, by filter; none: it takes every row. */
export type Values = Readonly<Record<string, readonly string[]>>;

interface Common {
  readonly id: string;
  readonly label: string;
}

/**
 * What a list can be narrowed by: some of several options, a text, or a period of days: `[from, to]`, both inclusive,
 * or `[-30d]`, the last thirty. What a row has of it is only told where the browser has all rows.
 */
export type Filter<Row> =
  | (Common & {
      readonly kind: "choice";
      readonly options: readonly { id: string; label: string }[];
      readonly of?: (row: Row) => readonly string[];
    })
  | (Common & { readonly kind: "text"; readonly of?: (row: Row) => string | null })
  | (Common & { readonly kind: "period"; readonly of?: (row: Row) => number | null });

/** The rows that hold every word of the search, whatever its case. */
export function searched<Row>(rows: readonly Row[], text: (row: Row) => string, search: string): readonly Row[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const found = text(row).toLocaleLowerCase();
    return words.every((word) => found.includes(word));
  });
}

/** The rows that pass every filter that is set; `now` in epoch ms. */
export function filtered<Row>(
  rows: readonly Row[],
  filters: readonly Filter<Row>[],
  values: Values,
  now: number,
): readonly Row[] {
  const set = filters.filter((filter) => values[filter.id]?.some(Boolean));
  return set.length === 0 ? rows : rows.filter((row) => set.every((filter) => passes(row, filter, values, now)));
}

function passes<Row>(row: Row, filter: Filter<Row>, values: Values, now: number): boolean {
  const wanted = values[filter.id] ?? [];
  if (filter.kind === "choice") return filter.of?.(row).some((each) => wanted.includes(each)) ?? true;
  if (filter.kind === "text") {
    return (
      filter
        .of?.(row)
        ?.toLocaleLowerCase()
        .includes(wanted[0]?.toLocaleLowerCase() ?? "") ?? true
    );
  }
  const at = filter.of?.(row) ?? null;
  const { from, to } = periodOf(wanted, now);
  return at !== null && (from === undefined || at >= from) && (to === undefined || at < to);
}

const DAY = 86_400_000;

/** A period in epoch ms, `to` exclusive; days begin at the reader's midnight. */
export function periodOf(values: readonly string[], now: number): { from?: number; to?: number } {
  const [first = "", last = ""] = values;
  const days = /^-(\d+)d$/.exec(first);
  if (days) return { from: now - Number(days[1]) * DAY };
  const midnight = (day: string, after: number) => {
    const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
    return new Date(year, month - 1, date + after).getTime();
  };
  return { ...(first ? { from: midnight(first, 0) } : {}), ...(last ? { to: midnight(last, 1) } : {}) };
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

/** A page's number kept within what there is; pages count from 1. */
export function paged(matching: number, page: number, size: number): { page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(matching / size));
  return { page: Math.min(Math.max(1, page), pages), pages };
}
