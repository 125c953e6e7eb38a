import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ListedVersion } from "../../api/listing";
import { kindWord } from "../../canvas/names";
import { Sparkline } from "../../components/Sparkline";
import { Status } from "../../components/Status";
import type { Column } from "../../components/Table";
import { useLanguage } from "../../frame/preferences";
import { who } from "../../frame/who";
import { type Language, moment, number } from "../../messages/text";
import { useSay } from "../../messages/use";
import css from "./Journeys.module.css";
import { words } from "./words";

/** Columns of moments and people, with those that are hidden at first. */
const DONE = [
  ["changed", false, true],
  ["published", false, true],
  ["created", true, true],
] as const;

export function when(epochMs: number | null | undefined, language: Language): string {
  return epochMs ? moment(epochMs, language, true) : "-";
}

/** The columns of the list of journeys; `entered` is who entered in the last 24 hours, hour by hour. */
export function useColumns(entered: ReadonlyMap<string, readonly number[]>): readonly Column<ListedVersion>[] {
  const say = useSay(words);
  const language = useLanguage();
  return useMemo(
    (): Column<ListedVersion>[] => [
      {
        id: "name",
        label: say("name"),
        fixed: true,
        sort: true,
        cell: (row) => (
          <Link to="/journeys/$name" params={{ name: row.name }} className={css.name ?? ""}>
            {row.name}
          </Link>
        ),
      },
      { id: "status", label: say("status"), sort: true, line: true, cell: (row) => <Status status={row.status} /> },
      {
        id: "version",
        label: say("version"),
        line: true,
        cell: (row) => (
          <>
            {say(row.latest ? "versionLatest" : "versionOf", { version: row.version })}
            {row.versions.length > 1 && (
              <span className={css.older}>{say("versionCount", { count: row.versions.length })}</span>
            )}
          </>
        ),
      },
      {
        id: "entered",
        label: say("entered"),
        line: true,
        cell: (row) => {
          const hours = entered.get(row.name);
          if (!hours || row.status === "draft") return "-";
          const count = hours.reduce((sum, each) => sum + each, 0);
          return (
            <span className={css.entered}>
              <Sparkline values={hours} label={say("enteredLong", { count })} />
              {number(count, language)}
            </span>
          );
        },
      },
      {
        id: "tags",
        label: say("tags"),
        cell: (row) =>
          row.tags.length ? (
            <span className={css.tags}>
              {row.tags.map((tag) => (
                <span key={tag}>{tag}</span>
              ))}
            </span>
          ) : (
            "-"
          ),
      },
      { id: "starts", label: say("starts"), extra: true, cell: (row) => kindWord(row.starts, language) },
      { id: "description", label: say("description"), extra: true, sort: true, cell: (row) => row.description || "-" },
      ...(["startDate", "endDate"] as const).map(
        (id): Column<ListedVersion> => ({
          id,
          label: say(id),
          extra: true,
          sort: true,
          line: true,
          cell: (row) => when(row[id], language),
        }),
      ),
      ...DONE.flatMap(([what, extra, extraBy]): Column<ListedVersion>[] => [
        {
          id: `${what}At`,
          label: say(what),
          extra,
          sort: true,
          line: true,
          cell: (row) => when(row[`${what}At`], language),
        },
        {
          id: `${what}By`,
          label: say(`${what}By`),
          extra: extraBy,
          sort: true,
          cell: (row) => who(row[`${what}By`], language),
        },
      ]),
    ],
    [say, language, entered],
  );
}
