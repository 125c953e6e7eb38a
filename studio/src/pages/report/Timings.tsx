import { rowsOf, useMetrics } from "../../api/metrics";
import { useLanguage } from "../../frame/preferences";
import { type Language, number } from "../../messages/text";
import { useSay } from "../../messages/use";
import css from "./JourneyReport.module.css";
import { Sheet } from "./Sheet";
import { words } from "./words";

interface Props {
  filters: Record<string, string[]>;
  since: string | undefined;
  until: string | undefined;
  /** What an activity is called. */
  name: (activity: string) => string;
}

const KINDS = [
  ["callTime", "callTime"],
  ["fetchTime", "fetchTime"],
  ["waitingTime", "waitingTime"],
] as const;

/** How long calls took, and how long people waited, activity by activity: half of them, and all but one in twenty. */
export function Timings({ filters, since, until, name }: Props) {
  const say = useSay(words);
  const language = useLanguage();
  const { data } = useMetrics({
    metrics: KINDS.flatMap(([of]) => [`${of}Median`, `${of}P95`]),
    dimensions: ["activity"],
    filters,
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
  });
  const rows = (data ? rowsOf(data) : []).flatMap((row) =>
    KINDS.flatMap(([of, word]) => {
      const [median, p95] = [row[`${of}Median`], row[`${of}P95`]];
      return typeof median === "number" && typeof p95 === "number"
        ? [{ name: `${name(String(row.activity))} · ${say(word)}`, median, p95 }]
        : [];
    }),
  );
  if (rows.length === 0) return null;
  return (
    <section className={css.card}>
      <h2>{say("timings")}</h2>
      <Sheet
        first={say("activity")}
        rows={rows}
        name={(row) => row.name}
        columns={[
          { id: "median", label: say("median"), cell: (row) => span(row.median, language) },
          { id: "p95", label: say("p95"), cell: (row) => span(row.p95, language) },
        ]}
      />
    </section>
  );
}

const UNITS = [
  [86_400_000, "d", "일"],
  [3_600_000, "h", "시간"],
  [60_000, "min", "분"],
  [1_000, "s", "초"],
] as const;

/** A time by its largest unit. */
function span(ms: number, language: Language): string {
  for (const [size, short, korean] of UNITS) {
    if (ms >= size) {
      const count = number(Math.round((ms / size) * 10) / 10, language);
      return language === "ko" ? `${count}${korean}` : `${count} ${short}`;
    }
  }
  return `${number(Math.round(ms), language)} ms`;
}
