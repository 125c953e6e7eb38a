import { Gauge } from "lucide-react";
import { CatalogPage, useOpened } from "../../components/CatalogPage";
import type { Column } from "../../components/Table";
import { useLanguage } from "../../frame/preferences";
import { useMay } from "../../frame/session";
import { who } from "../../frame/who";
import { moment } from "../../messages/text";
import { useSay } from "../../messages/use";
import { useLimits } from "./api";
import { LimitPanel } from "./LimitPanel";
import { type Limit, periodOf, standOf, titleOf, urlOf } from "./limit";
import { Stand } from "./Stand";
import { words } from "./words";

const PATH = "/configuration/limits";

/** Limits on calls to other systems, and whether they are in force. */
export default function Limits() {
  const say = useSay(words);
  const language = useLanguage();
  const query = useLimits();
  const opened = useOpened(PATH);
  const mayManage = useMay("manage-configuration");
  const rate = ({ body }: Limit) => {
    if (body.maxThroughput) return say("perSecond", { calls: body.maxThroughput });
    return Object.values(body.services ?? {})
      .map(({ rating }) => {
        const { amount, unit } = periodOf(rating.periodInMs);
        return say("perPeriod", { calls: rating.maxCallsCount, amount, unit: say(unit) });
      })
      .join(" · ");
  };
  const columns: Column<Limit>[] = [
    { id: "kind", label: say("kind"), sort: (row) => row.kind, cell: (row) => say(row.kind) },
    { id: "url", label: say("url"), sort: urlOf, cell: urlOf },
    { id: "rate", label: say("rate"), cell: rate },
    { id: "state", label: say("state"), sort: standOf, cell: (row) => <Stand stand={standOf(row)} /> },
    {
      id: "changed",
      label: say("changed"),
      sort: (row) => row.changedAt ?? null,
      cell: (row) => (row.changedAt ? moment(Date.parse(row.changedAt), language, true) : "-"),
    },
    { id: "changedBy", label: say("changedBy"), cell: (row) => who(row.changedBy, language), extra: true },
  ];
  const limits = query.data ?? [];
  const shown = limits.find((each) => each.uid === opened.name);
  return (
    <CatalogPage
      path={PATH}
      opened={opened}
      words={words}
      icon={Gauge}
      mayCreate={mayManage}
      query={query}
      rowId={(row) => row.uid}
      rowName={titleOf}
      text={(row) => `${urlOf(row)} ${row.body.description ?? ""}`}
      nameLabel={say("name")}
      columns={columns}
    >
      {opened.creating && (
        <LimitPanel key="new" opened={opened} throttled={limits.some((each) => each.kind === "throttling")} />
      )}
      {shown && <LimitPanel key={shown.uid} opened={opened} limit={shown} throttled />}
    </CatalogPage>
  );
}
