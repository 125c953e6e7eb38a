import { rowsOf, useMetrics } from "../../api/metrics";
import { useLanguage } from "../../frame/preferences";
import { number, percent } from "../../messages/text";
import { useSay } from "../../messages/use";
import css from "./JourneyReport.module.css";
import { type Column, Sheet } from "./Sheet";
import { words } from "./words";

interface Props {
  filters: Record<string, string[]>;
  since: string | undefined;
  until: string | undefined;
}

const COUNTS = ["sent", "delivered", "bounced", "uniqueOpened", "uniqueClicked", "unsubscribed"] as const;
const RATES: Readonly<Record<string, string>> = {
  delivered: "deliveredRate",
  bounced: "bounceRate",
  uniqueOpened: "openRate",
  uniqueClicked: "clickRate",
  unsubscribed: "unsubscribeRate",
};

/** What became of messages, channel by channel; nothing where none was sent. */
export function Delivery({ filters, since, until }: Props) {
  const say = useSay(words);
  const language = useLanguage();
  const { data } = useMetrics({
    metrics: [...COUNTS, ...Object.values(RATES)],
    dimensions: ["channel"],
    filters,
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
  });
  const rows = data ? rowsOf(data).filter((row) => row.channel !== null) : [];
  if (rows.length === 0) return null;
  const columns: Column<Record<string, unknown>>[] = COUNTS.map((name) => ({
    id: name,
    label: say(name),
    cell: (row) => {
      const rate = row[RATES[name] ?? ""];
      return (
        <>
          {number(Number(row[name] ?? 0), language)}
          {typeof rate === "number" && <small>{percent(rate, language)}</small>}
        </>
      );
    },
  }));
  return (
    <section className={css.card}>
      <h2>{say("delivery")}</h2>
      <Sheet
        first={say("channel")}
        rows={rows}
        columns={columns}
        name={(row) => {
          const channel = String(row.channel);
          return channel in words ? say(channel as "email") : channel;
        }}
      />
    </section>
  );
}
