import { ArrowDown, ArrowUp, ChevronLeft, ChevronRight, Columns3, Ellipsis, Search, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useMemo, useState } from "react";
import { Button as AriaButton, Input, SearchField } from "react-aria-components";
import { useSay } from "../messages/use";
import { Button, IconButton } from "./Button";
import { useKept } from "./kept";
import { Menu, type Section } from "./Menu";
import { paged, type Sortable, type Sorting, searched, sorted } from "./rows";
import css from "./Table.module.css";
import { words } from "./words";

export interface Column<Row> {
  id: string;
  label: string;
  cell: (row: Row) => ReactNode;
  sort?: (row: Row) => Sortable;
  numeric?: boolean;
  /** Cannot be hidden. */
  fixed?: boolean;
  /** Hidden until chosen. */
  extra?: boolean;
}

interface Props<Row> {
  /** Under this name the browser keeps columns and sorting. */
  name: string;
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowId: (row: Row) => string;
  text: (row: Row) => string;
  sorting: Sorting;
  actions?: (row: Row) => Section[];
  filters?: ReactNode;
  filtered?: { total: number; onClear: () => void };
  empty: ReactNode;
}

const SIZE = 50;

/** The one list of the studio: search, filters, columns, sorting, pages, commands of each row. */
export function Table<Row>(props: Props<Row>) {
  const { rows, columns, rowId, text, actions } = props;
  const say = useSay(words);
  const [search, setSearch] = useState("");
  const [page, setPage] = useState(1);
  const [kept, keep] = useKept(`table.${props.name}`, {
    sorting: props.sorting,
    hidden: columns.filter((column) => column.extra).map((column) => column.id),
  });
  const visible = columns.filter((column) => column.fixed || !kept.hidden.includes(column.id));
  const by = columns.find((column) => column.id === kept.sorting.column)?.sort;
  const found = useMemo(() => {
    const those = searched(rows, text, search);
    return by ? sorted(those, by, kept.sorting.down) : those;
  }, [rows, text, search, by, kept.sorting.down]);
  const shown = paged(found, page, SIZE);
  const total = props.filtered?.total ?? rows.length;
  const narrowed = search !== "" || total !== rows.length;
  if (total === 0) return props.empty;

  const sortBy = (column: Column<Row>) => {
    const same = kept.sorting.column === column.id;
    keep({ sorting: { column: column.id, down: same ? !kept.sorting.down : Boolean(column.numeric) } });
  };
  return (
    <div className={css.whole}>
      <div className={css.bar}>
        <SearchField aria-label={say("search")} value={search} onChange={setSearch} className={css.search ?? ""}>
          <Search size={16} aria-hidden />
          <Input placeholder={say("search")} />
          {search && (
            <AriaButton aria-label={say("clear")}>
              <X size={14} aria-hidden />
            </AriaButton>
          )}
        </SearchField>
        {props.filters}
        <span className={css.count} role="status">
          {narrowed ? say("shown", { shown: found.length, total }) : total}
        </span>
        <Menu
          label={say("columns")}
          trigger={<IconButton label={say("columns")} icon={Columns3} />}
          sections={[
            {
              title: say("columns"),
              items: columns
                .filter((column) => !column.fixed)
                .map((column) => {
                  const hidden = kept.hidden.includes(column.id);
                  const others = kept.hidden.filter((id) => id !== column.id);
                  return {
                    id: column.id,
                    label: column.label,
                    checked: !hidden,
                    onAction: () => keep({ hidden: hidden ? others : [...others, column.id] }),
                  };
                }),
            },
          ]}
        />
      </div>
      {found.length === 0 ? (
        <div className={css.nothing}>
          <p>{say("noMatch")}</p>
          <Button
            onPress={() => {
              setSearch("");
              props.filtered?.onClear();
            }}
          >
            {say("clearFilters")}
          </Button>
        </div>
      ) : (
        <div className={css.scroll}>
          <table aria-label={props.label} className={css.table} onKeyDown={alongRows}>
            <thead>
              <tr>
                {visible.map((column) => {
                  const active = kept.sorting.column === column.id;
                  const Arrow = kept.sorting.down ? ArrowDown : ArrowUp;
                  return (
                    <th
                      key={column.id}
                      scope="col"
                      className={column.numeric ? css.numeric : undefined}
                      aria-sort={active ? (kept.sorting.down ? "descending" : "ascending") : undefined}
                    >
                      {column.sort ? (
                        <button type="button" onClick={() => sortBy(column)}>
                          {column.label}
                          {active && <Arrow size={14} aria-hidden />}
                        </button>
                      ) : (
                        column.label
                      )}
                    </th>
                  );
                })}
                {actions && (
                  <th>
                    <span className="only-read-aloud">{say("more")}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {shown.rows.map((row) => (
                <tr key={rowId(row)}>
                  {visible.map((column) => (
                    <td key={column.id} className={column.numeric ? css.numeric : undefined}>
                      {column.cell(row)}
                    </td>
                  ))}
                  {actions && (
                    <td className={css.actions}>
                      <Menu
                        label={say("more")}
                        trigger={<IconButton label={`${say("more")}: ${rowId(row)}`} icon={Ellipsis} />}
                        sections={actions(row)}
                      />
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown.pages > 1 && (
        <div className={css.pager}>
          <IconButton
            label={say("previous")}
            icon={ChevronLeft}
            isDisabled={shown.page === 1}
            onPress={() => setPage(shown.page - 1)}
          />
          <span>{say("page", { page: shown.page, pages: shown.pages })}</span>
          <IconButton
            label={say("next")}
            icon={ChevronRight}
            isDisabled={shown.page === shown.pages}
            onPress={() => setPage(shown.page + 1)}
          />
        </div>
      )}
    </div>
  );
}

/** Up and down go from row to row, to the first thing in each that takes the focus. */
function alongRows(event: KeyboardEvent<HTMLTableElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const row = (event.target as HTMLElement).closest("tbody tr");
  if (step === 0 || !row) return;
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  const place = next?.querySelector<HTMLElement>("a, button");
  if (place) {
    event.preventDefault();
    place.focus();
  }
}
