/** The state of a list: what is looked for, how it is ordered, which page. Most of it is kept for its reader. */
import { useEffect, useState } from "react";
import { useSandbox } from "../frame/session";
import { useKept } from "./kept";
import type { Filter, Sorting, Values } from "./rows";

export interface View {
  readonly sorting: Sorting;
  readonly filters: Values;
  /** By column, whether it shows; the others as they say themselves. */
  readonly columns: Readonly<Record<string, boolean>>;
}

export interface List {
  readonly search: string;
  readonly page: number;
  readonly view: View;
  readonly favourites: readonly string[];
  /** Only those. */
  readonly starred: boolean;
  readonly views: Readonly<Record<string, View>>;
  readonly panel: boolean;
  /** Changes what is looked for; what is found then begins with its first page. */
  readonly look: (change: Partial<View> & { search?: string; starred?: boolean }) => void;
  readonly turn: (page: number) => void;
  readonly favour: (id: string) => void;
  readonly keepView: (name: string, view: View | undefined) => void;
  readonly openPanel: (open: boolean) => void;
}

/** A list's state; `name` is what it is kept under. */
export function useList(name: string, begin: { sorting: Sorting; filters?: Values }): List {
  const [search, setSearch] = useState("");
  const [page, setPage] = useState(1);
  const [starred, setStarred] = useState(false);
  const [kept, keep] = useKept(`list.${name}`, {
    sorting: begin.sorting,
    filters: begin.filters ?? {},
    columns: {} as View["columns"],
    panel: false,
  });
  const [own, keepOwn] = useKept(`list.${name}.${useSandbox()}`, {
    favourites: [] as readonly string[],
    views: {} as List["views"],
  });
  const { panel, ...view } = kept;
  return {
    search,
    page,
    view,
    starred,
    panel,
    favourites: own.favourites,
    views: own.views,
    look: ({ search: text, starred: only, ...change }) => {
      if (text !== undefined) setSearch(text);
      if (only !== undefined) setStarred(only);
      if (Object.keys(change).length) keep(change);
      setPage(1);
    },
    turn: setPage,
    favour: (id) => {
      const others = own.favourites.filter((each) => each !== id);
      keepOwn({ favourites: others.length < own.favourites.length ? others : [...others, id] });
    },
    keepView: (title, kept) => {
      const { [title]: _, ...others } = own.views;
      keepOwn({ views: kept ? { ...others, [title]: kept } : others });
    },
    openPanel: (open) => keep({ panel: open }),
  };
}

/** A value once it has rested for a moment: what is typed is asked for when its writer pauses. */
export function useRested<T>(value: T, restMs = 200): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return rested;
}

/** How many filters are set. */
export function filtersSet(filters: readonly Filter<never>[], values: Values): number {
  return filters.filter((filter) => values[filter.id]?.some(Boolean)).length;
}
