import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type LucideIcon, Plus } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useCommands } from "../frame/commands";
import { useLanguage } from "../frame/preferences";
import { type Text, textIn } from "../messages/text";
import { useSay } from "../messages/use";
import { Button } from "./Button";
import css from "./CatalogPage.module.css";
import { Empty } from "./Empty";
import { type Asked, Loaded } from "./Loaded";
import { type List, useList } from "./list";
import type { Item, Section } from "./Menu";
import { Page } from "./Page";
import type { Filter, Sorting } from "./rows";
import { type Column, type Endless, Table } from "./Table";
import { words } from "./words";

/** The addresses of catalogs: below each, `/NAME` opens one thing of it, and `?new=true` a new one. */
export type CatalogPath =
  | "/segments"
  | "/configuration/schemas"
  | "/configuration/fieldgroups"
  | "/configuration/classes"
  | "/configuration/datatypes"
  | "/configuration/namespaces"
  | "/configuration/datasets"
  | "/configuration/channels"
  | "/configuration/rulesets"
  | "/configuration/events"
  | "/configuration/sources"
  | "/configuration/actions"
  | "/configuration/limits"
  | "/reports/alerts"
  | "/admin/sandboxes"
  | "/admin/users"
  | "/admin/product-profiles"
  | "/admin/tokens"
  | "/admin/audit"
  | "/admin/quarantine";

/** What is open beside a list: one of its things by name, a new one, or nothing. */
export interface Opened {
  name: string | undefined;
  creating: boolean;
  open: (name: string) => void;
  create: () => void;
  close: () => void;
}

export function useOpened(path: CatalogPath): Opened {
  const { name } = useParams({ strict: false });
  const search: { new?: boolean | undefined } = useSearch({ strict: false });
  const navigate = useNavigate();
  return {
    name,
    creating: name === undefined && search.new === true,
    open: (one) => void navigate({ to: `${path}/$name`, params: { name: one }, search: keepSandbox }),
    create: () => void navigate({ to: path, search: (old) => ({ ...keepSandbox(old), new: true }) }),
    close: () => void navigate({ to: path, search: keepSandbox }),
  };
}

function keepSandbox({ sandbox }: { sandbox?: string | undefined }): { sandbox?: string | undefined } {
  return { sandbox };
}

/** What a catalog says of itself; `create` is what the button says that makes a new one, where anybody makes any. */
export interface CatalogWords {
  readonly title: Text;
  readonly lead: Text;
  readonly create?: Text;
  /** What this is, for whoever has none yet. */
  readonly emptyTitle: Text;
  readonly emptyText: Text;
}

interface Props<Row> {
  path: CatalogPath;
  opened: Opened;
  words: CatalogWords;
  icon: LucideIcon;
  /** Whether who looks may make a new one. */
  mayCreate?: boolean;
  /** What is to be known besides. */
  note?: string | undefined;
  query: Asked<readonly Row[]>;
  /** Of a list that the server finds, orders and goes on with: its state, and how it goes on. */
  served?: { list: List; endless: Endless };
  rowId: (row: Row) => string;
  /** How it is called, where that is not its id. */
  rowName?: (row: Row) => string;
  /** What stands behind its name. */
  mark?: (row: Row) => ReactNode;
  /** What a search looks in besides the name. */
  text?: (row: Row) => string;
  /** Those behind the name. */
  columns: readonly Column<Row>[];
  nameLabel: string;
  sorting?: Sorting;
  actions?: (row: Row) => Section[];
  filters?: readonly Filter<Row>[];
  /** What can be done with several at once. */
  bulk?: (rows: readonly Row[]) => readonly Item[];
  /** More commands beside the title. */
  commands?: ReactNode;
  /** The details that are open. */
  children: ReactNode;
}

/** A list whose things open on its right, each with an address of its own: what is open hides all columns but the name. */
export function CatalogPage<Row>(props: Props<Row>) {
  const { path, opened, query, rowId, mayCreate = true } = props;
  const say = useSay(words);
  const language = useLanguage();
  const told = (text: Text) => textIn(text, language);
  const own = props.words;
  const create = mayCreate && own.create && told(own.create);
  const kept = useList(path, { sorting: props.sorting ?? { column: "name", down: false } });
  const list = props.served?.list ?? kept;
  const isOpen = opened.name !== undefined || opened.creating;
  const last = useRef<string | undefined>(undefined);
  const there = query.data !== undefined;
  useEffect(() => {
    if (isOpen) last.current = opened.name;
    else if (there && last.current) {
      document.getElementById(`row ${last.current}`)?.focus();
      last.current = undefined;
    }
  }, [isOpen, opened.name, there]);
  useCommands(create ? [{ id: "create", label: create, keys: "c", run: opened.create }] : []);
  const name = (row: Row) => props.rowName?.(row) ?? rowId(row);
  const columns: Column<Row>[] = [
    {
      id: "name",
      label: props.nameLabel,
      fixed: true,
      ...(props.served ? {} : { sort: name }),
      cell: (row) => (
        <>
          <Link
            id={`row ${rowId(row)}`}
            to={`${path}/$name`}
            params={{ name: rowId(row) }}
            search={keepSandbox}
            className={css.name ?? ""}
            activeProps={{ className: css.here ?? "" }}
          >
            {name(row)}
          </Link>
          {props.mark?.(row)}
        </>
      ),
    },
    ...(isOpen ? [] : props.columns),
  ];
  const button = create && (
    <Button kind="primary" icon={Plus} onPress={opened.create}>
      {create}
    </Button>
  );
  const Icon = props.icon;
  return (
    <div className={css.split}>
      <div className={css.list}>
        <Page
          title={told(own.title)}
          lead={isOpen ? undefined : [told(own.lead), props.note].filter(Boolean).join(" ")}
          actions={
            <>
              {!isOpen && props.commands}
              {query.data?.length ? button : null}
            </>
          }
        >
          <Loaded query={query}>
            {(rows) => (
              <Table
                list={list}
                label={told(own.title)}
                rows={rows}
                endless={props.served?.endless}
                columns={columns}
                rowId={rowId}
                text={(row) => `${name(row)} ${props.text?.(row) ?? ""}`}
                current={opened.name}
                {...(isOpen ? {} : { actions: props.actions, filters: props.filters, bulk: props.bulk })}
                empty={
                  <Empty
                    title={told(own.emptyTitle)}
                    picture={<Icon size={56} strokeWidth={1.25} />}
                    action={own.create && (button || <p className="soft">{say("readOnly")}</p>)}
                  >
                    {told(own.emptyText)}
                  </Empty>
                }
              />
            )}
          </Loaded>
        </Page>
      </div>
      {props.children}
    </div>
  );
}
