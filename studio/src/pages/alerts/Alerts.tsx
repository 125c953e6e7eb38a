import { useQuery } from "@tanstack/react-query";
import { BellRing } from "lucide-react";
import { words as shared } from "../../administration/words";
import { get } from "../../api/client";
import { CatalogPage, useOpened } from "../../components/CatalogPage";
import type { Column } from "../../components/Table";
import { Beside } from "../../frame/Beside";
import { useLanguage } from "../../frame/preferences";
import { useMay, useSandbox } from "../../frame/session";
import { moment, number } from "../../messages/text";
import { useSay } from "../../messages/use";
import { AlertPanel } from "./AlertPanel";
import css from "./Alerts.module.css";
import { type AlertState, limitOf, useMetricWord } from "./alert";
import { words } from "./words";

const PATH = "/reports/alerts";

/** The alerts of the sandbox: what each watches, and how it is. */
export default function Alerts() {
  const say = useSay(words);
  const name = useSay(shared)("name");
  const language = useLanguage();
  const sandbox = useSandbox();
  const mayManage = useMay("manage-reports");
  const metricWord = useMetricWord();
  const opened = useOpened(PATH);
  const query = useQuery({
    queryKey: ["alerts", sandbox],
    queryFn: ({ signal }) => get<AlertState[]>("/api/alerts", sandbox, signal),
    refetchInterval: 5_000,
  });
  const shown = query.data?.find((each) => each.name === opened.name);
  const columns: Column<AlertState>[] = [
    {
      id: "state",
      label: say("state"),
      sort: (row) => row.state,
      cell: (row) => <State state={row.state} />,
    },
    { id: "metric", label: say("watches"), cell: (row) => metricWord(row.alert.metric) },
    { id: "limit", label: say("limit"), cell: (row) => limitOf(row.alert, say, language) },
    {
      id: "value",
      label: say("value"),
      numeric: true,
      cell: (row) => (row.value === null ? "-" : number(row.value, language)),
    },
    {
      id: "since",
      label: say("since"),
      sort: (row) => row.since,
      cell: (row) => (row.since === null ? "-" : moment(row.since, language, true)),
    },
  ];
  return (
    <CatalogPage
      path={PATH}
      opened={opened}
      words={words}
      icon={BellRing}
      mayCreate={mayManage}
      query={query}
      rowId={(row) => row.name}
      nameLabel={name}
      columns={columns}
      commands={<Beside of="/reports" />}
    >
      {opened.creating && <AlertPanel taken={(query.data ?? []).map((each) => each.name)} opened={opened} />}
      {shown && <AlertPanel key={shown.name} shown={shown} taken={[]} opened={opened} isReadOnly={!mayManage} />}
    </CatalogPage>
  );
}

/** Firing or well, in a word and a dot. */
export function State({ state }: { state: AlertState["state"] }) {
  const say = useSay(words);
  return (
    <span className={css.state} data-state={state}>
      <i aria-hidden />
      {say(state)}
    </span>
  );
}
