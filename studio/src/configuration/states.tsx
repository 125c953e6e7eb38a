import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { get } from "../api/client";
import type { Folder, Kind } from "../api/documents";
import type { Column } from "../components/Table";
import { useLanguage } from "../frame/preferences";
import { useSandbox } from "../frame/session";
import { who } from "../frame/who";
import { moment } from "../messages/text";
import { useSay } from "../messages/use";
import css from "./DocumentPanel.module.css";
import { draftKey, useDrafts } from "./drafts";
import type { Named } from "./editing";
import { words } from "./words";

interface State {
  name: string;
  usedIn: number;
  createdAt: number | null;
  createdBy: string | null;
  changedAt: number;
  changedBy: string | null;
}

/** Marks the documents of a list that somebody is writing and has not saved. */
export function useUnsavedMark(folder: Folder): (row: Named) => ReactNode {
  const say = useSay(words);
  const sandbox = useSandbox();
  const drafts = useDrafts();
  return ({ name }) =>
    drafts.includes(draftKey(sandbox, folder, name)) && <span className={css.unsaved}>{say("unsaved")}</span>;
}

/** What a list of documents tells of each beside what is in it: how much uses it, who made and changed it, and when. */
export function useStateColumns<Row extends Named>(kind: Kind): readonly Column<Row>[] {
  const say = useSay(words);
  const language = useLanguage();
  const sandbox = useSandbox();
  const { data } = useQuery({
    queryKey: ["states", sandbox, kind],
    queryFn: () => get<State[]>(`/api/document-states?kind=${kind}`, sandbox),
  });
  const of = ({ name }: Row) => data?.find((each) => each.name === name);
  const at = (value: number | null | undefined) => (value ? moment(value, language, true) : "-");
  return [
    {
      id: "usedIn",
      label: say("usedIn"),
      numeric: true,
      sort: (row) => of(row)?.usedIn ?? null,
      cell: (row) => of(row)?.usedIn ?? "-",
    },
    {
      id: "changedAt",
      label: say("changedAt"),
      sort: (row) => of(row)?.changedAt ?? null,
      cell: (row) => at(of(row)?.changedAt),
    },
    {
      id: "changedBy",
      label: say("changedBy"),
      sort: (row) => of(row)?.changedBy ?? null,
      cell: (row) => who(of(row)?.changedBy, language),
      extra: true,
    },
    {
      id: "created",
      label: say("created"),
      sort: (row) => of(row)?.createdAt ?? null,
      cell: (row) => at(of(row)?.createdAt),
      extra: true,
    },
    {
      id: "createdBy",
      label: say("createdBy"),
      sort: (row) => of(row)?.createdBy ?? null,
      cell: (row) => who(of(row)?.createdBy, language),
      extra: true,
    },
  ];
}
