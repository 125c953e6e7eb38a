import { ArrowDown, ArrowUp, ChevronDown, ChevronLeft, ChevronRight, Ellipsis, Star } from "lucide-react";
import { Fragment, type KeyboardEvent, type ReactNode, useMemo, useState } from "react";
import { useSay } from "../messages/use";
import { Button, IconButton } from "./Button";
import { FilterPanel } from "./FilterPanel";
import { filtersSet, type List } from "./list";
import { type Item, Menu, type Section } from "./Menu";
import { words as reasons } from "./reasonWords";
import { type Filter, filtered, paged, type Sortable, searched, sorted } from "./rows";
import css from "./Table.module.css";
import { TableBar } from "./TableBar";
import { words } from "./words";

export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** What rows are ordered by; `true` where the server orders them, by the column's id. */
  readonly sort?: ((row: Row) => Sortable) | true;
  readonly numeric?: boolean;
  /** Never more than one line, such as a moment. */
  readonly line?: boolean;
  /** Cannot be hidden; the first such column names the row and leads to it. */
  readonly fixed?: boolean;
  /** Hidden until chosen. */
  readonly extra?: boolean;
}

interface Props<Row> {
  list: List;
  label: string;
  /** All rows; of a list in pages of the server's, those of this page. */
  rows: readonly Row[];
  /** Of a list in pages of the server's: how many there are, and how many fit. */
  served?: { total: number; matching: number } | undefined;
  /** Of a list that the server goes on with: `rows` are those that are here, found and ordered by the server. */
  endless?: Endless | undefined;
  size?: number;
  columns: readonly Column<Row>[];
  rowId: (row: Row) => string;
  /** What is searched in a row, where the browser searches. */
  text?: (row: Row) => string;
  filters?: readonly Filter<Row>[] | undefined;
  actions?: ((row: Row) => Section[]) | undefined;
  /** What can be done with several rows at once; without it rows cannot be selected. */
  bulk?: ((rows: readonly Row[]) => readonly Item[]) | undefined;
  /** Whether rows can be marked as favourites. */
  favourites?: boolean;
  /** What unfolds below a row, where there is something. */
  inside?: (row: Row) => (() => ReactNode) | undefined;
  /** The row whose details are open. */
  current?: string | undefined;
  empty: ReactNode;
}

export interface Endless {
  readonly more: boolean;
  readonly pending: boolean;
  readonly onMore: () => void;
}

/** How a list goes on whose pages are asked for one by one. */
export function endlessOf(found: {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}): Endless {
  return {
    more: found.hasNextPage,
    pending: found.isFetchingNextPage,
    onMore: () => void found.fetchNextPage(),
  };
}

export const PAGE_SIZE = 50;

/** The one list of the studio: search, filters, views, columns, order, pages; commands of each row and of several. */
export function Table<Row>(props: Props<Row>) {
  const { list, rows, served, endless, columns, rowId, text, filters = [], actions, bulk, inside } = props;
  const { view, search, starred, favourites } = list;
  const size = props.size ?? PAGE_SIZE;
  const say = useSay(words);
  const [chosen, setChosen] = useState<ReadonlyMap<string, Row>>(new Map());
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const visible = columns.filter((column) => column.fixed || (view.columns[column.id] ?? !column.extra));
  const by = columns.find((column) => column.id === view.sorting.column)?.sort;
  const own = !served && !endless;
  const found = useMemo(() => {
    if (!own) return rows;
    const those = filtered(text ? searched(rows, text, search) : rows, filters, view.filters, Date.now());
    const kept = starred ? those.filter((row) => favourites.includes(rowId(row))) : those;
    return typeof by === "function" ? sorted(kept, by, view.sorting.down) : kept;
  }, [own, rows, text, search, filters, view, starred, favourites, rowId, by]);
  const total = served?.total ?? rows.length;
  const matching = served?.matching ?? found.length;
  const { page, pages } = endless ? { page: 1, pages: 1 } : paged(matching, list.page, size);
  const shown = own ? found.slice((page - 1) * size, page * size) : rows;
  const narrowed = endless && (search !== "" || filtersSet(filters, view.filters) > 0);
  if (total === 0 && !narrowed && !endless?.more) return props.empty;

  const select = (those: readonly Row[], on: boolean) => {
    const next = new Map(chosen);
    for (const row of those) {
      if (on) next.set(rowId(row), row);
      else next.delete(rowId(row));
    }
    setChosen(next);
  };
  const unfold = (id: string) => {
    const next = new Set(unfolded);
    if (!next.delete(id)) next.add(id);
    setUnfolded(next);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    const target = event.target as HTMLElement;
    const id = target.closest<HTMLElement>("tr[data-row]")?.dataset.row;
    const row = shown.find((each) => rowId(each) === id);
    if (event.key === "PageDown" && page < pages) list.turn(page + 1);
    else if (event.key === "PageUp" && page > 1) list.turn(page - 1);
    else if (event.key === " " && bulk && row && target.matches("a")) select([row], !chosen.has(rowId(row)));
    else if (event.key === "a" && (event.ctrlKey || event.metaKey) && bulk) select(shown, true);
    else if (!alongRows(event.key, target)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const all = shown.length > 0 && shown.every((row) => chosen.has(rowId(row)));
  const width = visible.length + Number(bulk !== undefined) + Number(actions !== undefined);
  return (
    <div className={css.whole}>
      <TableBar
        list={list}
        columns={columns}
        filters={filters}
        favourites={props.favourites ?? false}
        counted={
          endless?.more
            ? say("countMore", { total })
            : matching === total
              ? say("count", { total })
              : say("shown", { shown: matching, total })
        }
      />
      {bulk && chosen.size > 0 && (
        <div className={css.bulk} role="toolbar" aria-label={say("selected", { count: chosen.size })}>
          <strong>{say("selected", { count: chosen.size })}</strong>
          {bulk([...chosen.values()]).map((item) => (
            <Button
              key={item.id}
              {...(item.icon ? { icon: item.icon } : {})}
              why={item.why}
              onPress={() => item.onAction()}
            >
              {item.label}
            </Button>
          ))}
          <Button kind="quiet" onPress={() => setChosen(new Map())}>
            {say("unselect")}
          </Button>
        </div>
      )}
      <div className={css.middle}>
        {list.panel && filters.length > 0 && <FilterPanel list={list} filters={filters} />}
        {matching === 0 && !endless?.more ? (
          <div className={css.nothing}>
            <p>{say("noMatch")}</p>
            <Button onPress={() => list.look({ search: "", filters: {}, starred: false })}>
              {say("clearFilters")}
            </Button>
          </div>
        ) : (
          <div className={css.scroll}>
            <table aria-label={props.label} className={css.table} onKeyDown={onKeyDown}>
              <thead>
                <tr>
                  {bulk && (
                    <th className={css.check}>
                      <input
                        type="checkbox"
                        aria-label={say("selectAll")}
                        checked={all}
                        onChange={() => select(shown, !all)}
                      />
                    </th>
                  )}
                  {visible.map((column) => (
                    <Head key={column.id} column={column} list={list} />
                  ))}
                  {actions && (
                    <th>
                      <span className="only-read-aloud">{say("more")}</span>
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {shown.map((row) => {
                  const id = rowId(row);
                  const below = inside?.(row);
                  const open = below !== undefined && unfolded.has(id);
                  return (
                    <Fragment key={id}>
                      <tr
                        data-row={id}
                        data-chosen={chosen.has(id) || undefined}
                        aria-current={props.current === id || undefined}
                      >
                        {bulk && (
                          <td className={css.check}>
                            <input
                              type="checkbox"
                              aria-label={say("select", { name: id })}
                              checked={chosen.has(id)}
                              onChange={() => select([row], !chosen.has(id))}
                            />
                          </td>
                        )}
                        {visible.map((column, index) => (
                          <td
                            key={column.id}
                            className={column.numeric ? css.numeric : column.line ? css.line : undefined}
                          >
                            {index > 0 ? (
                              column.cell(row)
                            ) : (
                              <div className={css.named}>
                                {props.favourites && <Favourite id={id} list={list} />}
                                {column.cell(row)}
                                {below && (
                                  <IconButton
                                    label={say(open ? "fold" : "unfold", { name: id })}
                                    icon={open ? ChevronDown : ChevronRight}
                                    aria-expanded={open}
                                    onPress={() => unfold(id)}
                                  />
                                )}
                              </div>
                            )}
                          </td>
                        ))}
                        {actions && (
                          <td className={css.actions}>
                            <Menu
                              label={say("more")}
                              trigger={<IconButton label={`${say("more")}: ${id}`} icon={Ellipsis} />}
                              sections={actions(row)}
                            />
                          </td>
                        )}
                      </tr>
                      {open && (
                        <tr className={css.inside}>
                          <td colSpan={width}>{below()}</td>
                        </tr>
                      )}
                    </Fragment>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
      </div>
      {pages > 1 && <Pager page={page} pages={pages} onTurn={list.turn} />}
      {endless?.more && (
        <div className={css.onward}>
          <Button busy={endless.pending} onPress={endless.onMore}>
            {say(endless.pending ? "loading" : "showMore")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Head<Row>({ column, list }: { column: Column<Row>; list: List }) {
  const { sorting } = list.view;
  const active = sorting.column === column.id;
  const Arrow = sorting.down ? ArrowDown : ArrowUp;
  const sort = () =>
    list.look({ sorting: { column: column.id, down: active ? !sorting.down : Boolean(column.numeric) } });
  return (
    <th
      scope="col"
      className={column.numeric ? css.numeric : undefined}
      aria-sort={active ? (sorting.down ? "descending" : "ascending") : undefined}
    >
      {column.sort ? (
        <button type="button" onClick={sort}>
          {column.label}
          {active && <Arrow size={14} aria-hidden />}
        </button>
      ) : (
        column.label
      )}
    </th>
  );
}

function Favourite({ id, list }: { id: string; list: List }) {
  const say = useSay(words);
  const on = list.favourites.includes(id);
  return (
    <button
      type="button"
      className={css.star}
      aria-pressed={on}
      aria-label={say("favourite", { name: id })}
      onClick={() => list.favour(id)}
    >
      <Star size={15} aria-hidden fill={on ? "currentColor" : "none"} />
    </button>
  );
}

function Pager({ page, pages, onTurn }: { page: number; pages: number; onTurn: (page: number) => void }) {
  const say = useSay(words);
  const because = useSay(reasons);
  const [typed, setTyped] = useState<string | undefined>();
  const turn = () => {
    const number = Number(typed);
    if (Number.isInteger(number) && number > 0) onTurn(Math.min(number, pages));
    setTyped(undefined);
  };
  return (
    <div className={css.pager}>
      <IconButton
        label={say("previous")}
        icon={ChevronLeft}
        why={page === 1 && because("firstPage")}
        onPress={() => onTurn(page - 1)}
      />
      <input
        aria-label={say("pageNumber")}
        inputMode="numeric"
        value={typed ?? page}
        onChange={(event) => setTyped(event.target.value)}
        onFocus={(event) => event.target.select()}
        onKeyDown={(event) => event.key === "Enter" && turn()}
        onBlur={turn}
      />
      <span>{say("ofPages", { pages })}</span>
      <IconButton
        label={say("next")}
        icon={ChevronRight}
        why={page === pages && because("lastPage")}
        onPress={() => onTurn(page + 1)}
      />
    </div>
  );
}

/** Up, down, Home and End go from row to row, to what leads to it; gives whether there was one to go to. */
function alongRows(key: string, target: HTMLElement): boolean {
  const row = target.closest("tr[data-row]");
  const rows = [...(row?.parentElement?.querySelectorAll("tr[data-row]") ?? [])];
  const at = row ? rows.indexOf(row) : -1;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[key];
  if (at < 0 || to === undefined) return false;
  const place = rows[to]?.querySelector<HTMLElement>("td a, td button:not([aria-pressed])");
  place?.focus();
  return place !== undefined && place !== null;
}
