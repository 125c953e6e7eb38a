import { Bookmark, Columns3, ListFilter, Star, X } from "lucide-react";
import { useState } from "react";
import { useLanguage } from "../frame/preferences";
import { type Language, moment } from "../messages/text";
import { useSay } from "../messages/use";
import { Button, IconButton } from "./Button";
import { Dialog } from "./Dialog";
import { TextField } from "./Field";
import { filtersSet, type List } from "./list";
import { Menu } from "./Menu";
import { words as reasons } from "./reasonWords";
import { type Filter, periodOf } from "./rows";
import { SearchBox } from "./SearchBox";
import css from "./Table.module.css";
import { words } from "./words";

interface Props<Row> {
  list: List;
  columns: readonly { id: string; label: string; fixed?: boolean; extra?: boolean }[];
  filters: readonly Filter<Row>[];
  favourites: boolean;
  counted: string;
}

/** Above a table: search, filters with a chip for each that is set, saved views, columns. */
export function TableBar<Row>({ list, columns, filters, favourites, counted }: Props<Row>) {
  const say = useSay(words);
  const { view, views } = list;
  const [naming, setNaming] = useState(false);
  const current = Object.keys(views).find((name) => JSON.stringify(views[name]) === JSON.stringify(view));
  const set = filtersSet(filters as readonly Filter<never>[], view.filters);
  return (
    <>
      <div className={css.bar}>
        {filters.length > 0 && (
          <IconButton
            label={set ? say("filtersSet", { count: set }) : say("filter")}
            icon={ListFilter}
            pressed={list.panel}
            onPress={() => list.openPanel(!list.panel)}
          />
        )}
        <div className={css.search}>
          <SearchBox label={say("search")} value={list.search} onChange={(search) => list.look({ search })} />
        </div>
        {favourites && (
          <IconButton
            label={say("onlyFavourites")}
            icon={Star}
            pressed={list.starred}
            onPress={() => list.look({ starred: !list.starred })}
          />
        )}
        <span className={css.count} role="status">
          {counted}
        </span>
        <Menu
          label={say("views")}
          trigger={<IconButton label={say("views")} icon={Bookmark} />}
          sections={[
            ...(Object.keys(views).length
              ? [
                  {
                    title: say("views"),
                    items: Object.entries(views).map(([name, kept]) => ({
                      id: `view ${name}`,
                      label: name,
                      checked: name === current,
                      onAction: () => list.look(kept),
                    })),
                  },
                ]
              : []),
            {
              items: [
                { id: "save", label: say("saveView"), onAction: () => setNaming(true) },
                ...(current
                  ? [
                      {
                        id: "forget",
                        label: say("deleteView", { name: current }),
                        onAction: () => list.keepView(current, undefined),
                      },
                    ]
                  : []),
              ],
            },
          ]}
        />
        <Menu
          label={say("columns")}
          trigger={<IconButton label={say("columns")} icon={Columns3} />}
          several
          sections={[
            {
              title: say("columns"),
              items: columns
                .filter((column) => !column.fixed)
                .map((column) => {
                  const on = view.columns[column.id] ?? !column.extra;
                  return {
                    id: column.id,
                    label: column.label,
                    checked: on,
                    onAction: () => list.look({ columns: { ...view.columns, [column.id]: !on } }),
                  };
                }),
            },
          ]}
        />
      </div>
      {set > 0 && (
        <ul className={css.chips} aria-label={say("filter")}>
          {filters.map((filter) => (
            <Chip key={filter.id} filter={filter} list={list} />
          ))}
          <li>
            <Button kind="quiet" onPress={() => list.look({ filters: {} })}>
              {say("clearFilters")}
            </Button>
          </li>
        </ul>
      )}
      {naming && <NameView list={list} onClose={() => setNaming(false)} />}
    </>
  );
}

function Chip<Row>({ filter, list }: { filter: Filter<Row>; list: List }) {
  const say = useSay(words);
  const language = useLanguage();
  const values = list.view.filters[filter.id] ?? [];
  if (!values.some(Boolean)) return null;
  const days = /^-(\d+)d$/.exec(values[0] ?? "")?.[1];
  const told = days ? say("lastDays", { days: Number(days) }) : valuesOf(filter, values, language);
  const { [filter.id]: _, ...others } = list.view.filters;
  return (
    <li className={css.chip}>
      <span>
        <small>{filter.label}</small> {told}
      </span>
      <button
        type="button"
        aria-label={say("clearFilter", { name: filter.label })}
        onClick={() => list.look({ filters: others })}
      >
        <X size={14} aria-hidden />
      </button>
    </li>
  );
}

function valuesOf<Row>(filter: Filter<Row>, values: readonly string[], language: Language): string {
  if (filter.kind === "choice") {
    return values.map((id) => filter.options.find((each) => each.id === id)?.label ?? id).join(", ");
  }
  if (filter.kind === "text") return values.join(", ");
  const { from, to } = periodOf(values, 0);
  const day = (at: number | undefined) => (at === undefined ? "" : moment(at, language));
  return `${day(from)} – ${day(to === undefined ? undefined : to - 1)}`.trim();
}

function NameView({ list, onClose }: { list: List; onClose: () => void }) {
  const say = useSay(words);
  const because = useSay(reasons);
  const [name, setName] = useState("");
  const save = () => {
    if (!name.trim()) return;
    list.keepView(name.trim(), list.view);
    onClose();
  };
  return (
    <Dialog
      title={say("saveView")}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{say("cancel")}</Button>
          <Button kind="primary" type="submit" form="name-view" why={!name.trim() && because("needsName")}>
            {say("save")}
          </Button>
        </>
      }
    >
      <form
        id="name-view"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField label={say("viewName")} help={say("viewHelp")} value={name} onChange={setName} autoFocus />
      </form>
    </Dialog>
  );
}
