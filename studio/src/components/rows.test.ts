import { expect, test } from "vitest";
import { type Filter, filtered, paged, periodOf, searched, sorted } from "./rows";

interface Row {
  name: string;
  tags: readonly string[];
  made: number | null;
}

const DAY = 86_400_000;
const NOW = new Date(2026, 10, 25, 12).getTime();
const ROWS: readonly Row[] = [
  { name: "Win-back", tags: ["retention"], made: NOW - 3 * DAY },
  { name: "welcome", tags: [], made: null },
  { name: "Cart", tags: ["retention", "sales"], made: NOW - 40 * DAY },
];
const FILTERS: readonly Filter<Row>[] = [
  { kind: "choice", id: "tag", label: "", options: [], of: (row) => row.tags },
  { kind: "text", id: "name", label: "", of: (row) => row.name },
  { kind: "period", id: "made", label: "", of: (row) => row.made },
];
const names = (rows: readonly Row[]) => rows.map((row) => row.name);

test("every word of the search, whatever its case", () => {
  expect(names(searched(ROWS, (row) => row.name, "BACK win"))).toEqual(["Win-back"]);
  expect(searched(ROWS, (row) => row.name, " ")).toBe(ROWS);
});

test("filters: all that are set, of a choice any; a row without a moment is in no period", () => {
  const found = (values: Record<string, string[]>) => names(filtered(ROWS, FILTERS, values, NOW));
  expect(found({})).toEqual(names(ROWS));
  expect(found({ tag: [""] })).toEqual(names(ROWS));
  expect(found({ tag: ["retention", "none"] })).toEqual(["Win-back", "Cart"]);
  expect(found({ tag: ["retention"], name: ["cart"] })).toEqual(["Cart"]);
  expect(found({ made: ["-30d"] })).toEqual(["Win-back"]);
  expect(found({ made: ["2026-10-01", "2026-10-31"] })).toEqual(["Cart"]);
  expect(found({ made: ["", "2026-11-22"] })).toEqual(["Win-back", "Cart"]);
});

test("a period's last day is in it", () => {
  const { from, to } = periodOf(["2026-11-22", "2026-11-22"], NOW);
  expect(to).toBe(new Date(2026, 10, 23).getTime());
  expect(from).toBe(new Date(2026, 10, 22).getTime());
  expect(periodOf([], NOW)).toEqual({});
});

test("in order, what is empty last either way; pages kept within what there is", () => {
  expect(names(sorted(ROWS, (row) => row.made, false))).toEqual(["Cart", "Win-back", "welcome"]);
  expect(names(sorted(ROWS, (row) => row.made, true))).toEqual(["Win-back", "Cart", "welcome"]);
  expect(names(sorted(ROWS, (row) => row.name, false))).toEqual(["Cart", "welcome", "Win-back"]);
  expect(paged(101, 9, 50)).toEqual({ page: 3, pages: 3 });
  expect(paged(0, 0, 50)).toEqual({ page: 1, pages: 1 });
});
