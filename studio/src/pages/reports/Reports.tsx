import { Link, useSearch } from "@tanstack/react-router";
import { BarChart3 } from "lucide-react";
import { useJourneys } from "../../api/journeys";
import { rowsOf, useMetrics } from "../../api/metrics";
import type { JourneyStatus } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { useList } from "../../components/list";
import { Page } from "../../components/Page";
import { Status } from "../../components/Status";
import { type Column, Table } from "../../components/Table";
import { Beside } from "../../frame/Beside";
import { useLanguage } from "../../frame/preferences";
import { useServerStatus } from "../../frame/session";
import { number, percent } from "../../messages/text";
import { useSay } from "../../messages/use";
import { ExportMenu } from "../report/ExportMenu";
import css from "../report/JourneyReport.module.css";
import { OverTime } from "../report/OverTime";
import { RangeBar } from "../report/RangeBar";
import { rangeOf } from "../report/range";
import { words } from "./words";

interface Row {
  name: string;
  status: JourneyStatus | undefined;
  entered: number;
  current: number;
  completed: number;
  failed: number;
  completionRate: number | null;
  errors: number;
}

const METRICS = ["entered", "current", "completed", "failed", "completionRate", "errors"] as const;
const MONTH_MS = 30 * 86_400_000;

/** All journeys in numbers. */
export default function Reports() {
  const say = useSay(words);
  const language = useLanguage();
  const asked = useSearch({ from: "/reports" });
  const now = useServerStatus()?.clock.now ?? Date.now();
  const range = rangeOf(asked, now, now - MONTH_MS);
  const journeys = useJourneys().data ?? [];
  const times = { ...(range.since ? { since: range.since } : {}), ...(range.until ? { until: range.until } : {}) };
  const question = { metrics: [...METRICS], dimensions: ["journey"], ...times };
  const query = useMetrics(question);
  const list = useList("reports", { sorting: { column: "entered", down: true } });
  const count = (id: "entered" | "current" | "completed" | "failed" | "errors"): Column<Row> => ({
    id,
    label: say(id),
    numeric: true,
    sort: (row) => row[id],
    cell: (row) => number(row[id], language),
  });
  const columns: Column<Row>[] = [
    {
      id: "name",
      label: say("journey"),
      fixed: true,
      sort: (row) => row.name,
      cell: (row) => (
        <Link to="/journeys/$name/report" params={{ name: row.name }}>
          {row.name}
        </Link>
      ),
    },
    {
      id: "status",
      label: say("status"),
      sort: (row) => row.status ?? "",
      cell: (row) => row.status && <Status status={row.status} />,
    },
    count("entered"),
    count("current"),
    count("completed"),
    {
      id: "completionRate",
      label: say("completionRate"),
      numeric: true,
      sort: (row) => row.completionRate,
      cell: (row) => (row.completionRate === null ? "-" : percent(row.completionRate, language)),
    },
    count("failed"),
    count("errors"),
  ];
  return (
    <Page title={say("title")} lead={say("lead")} actions={<Beside of="/reports" />}>
      <div className={css.bar}>
        <RangeBar asked={asked} range={range} />
        <ExportMenu path="/api/metrics" name="journeys" body={question} />
      </div>
      <OverTime filters={NO_FILTERS} range={range} />
      <Loaded query={query}>
        {(answer) => (
          <Table
            list={list}
            label={say("title")}
            rows={rowsOf(answer).map((row) => rowFrom(row, journeys))}
            columns={columns}
            rowId={(row) => row.name}
            text={(row) => row.name}
            empty={
              <Empty title={say("emptyTitle")} picture={<BarChart3 size={56} strokeWidth={1.25} />}>
                {say("emptyText")}
              </Empty>
            }
          />
        )}
      </Loaded>
    </Page>
  );
}

const NO_FILTERS = {};

function rowFrom(
  row: Readonly<Record<string, unknown>>,
  journeys: readonly { name: string; versions: readonly { status: JourneyStatus }[] }[],
): Row {
  const name = String(row.journey);
  const versions = journeys.find((each) => each.name === name)?.versions ?? [];
  const running = [...versions].reverse().find((version) => version.status !== "draft");
  return {
    name,
    status: (running ?? versions.at(-1))?.status,
    entered: Number(row.entered ?? 0),
    current: Number(row.current ?? 0),
    completed: Number(row.completed ?? 0),
    failed: Number(row.failed ?? 0),
    completionRate: typeof row.completionRate === "number" ? row.completionRate : null,
    errors: Number(row.errors ?? 0),
  };
}
