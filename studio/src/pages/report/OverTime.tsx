import { rowsOf, useMetrics } from "../../api/metrics";
import { LineChart } from "../../components/LineChart";
import { useLanguage } from "../../frame/preferences";
import type { Language } from "../../messages/text";
import { useSay } from "../../messages/use";
import css from "./JourneyReport.module.css";
import type { Range } from "./range";
import { words } from "./words";

const LINES = [
  ["entered", "accent"],
  ["completed", "good"],
  ["failed", "bad"],
] as const;
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Who entered, completed and failed, piece by piece of the range. */
export function OverTime({ filters, range }: { filters: Record<string, string[]>; range: Range }) {
  const say = useSay(words);
  const language = useLanguage();
  const { data } = useMetrics({
    metrics: LINES.map(([name]) => name),
    filters,
    grain: range.grain,
    zone: ZONE,
    order: "time",
    ...(range.since ? { since: range.since } : {}),
    ...(range.until ? { until: range.until } : {}),
  });
  const rows = data ? rowsOf(data) : [];
  const lines = LINES.map(([name, tone]) => ({
    name: say(name),
    tone,
    values: rows.map((row) => Number(row[name] ?? 0)),
  })).filter((line) => line.tone !== "bad" || line.values.some((value) => value > 0));
  return (
    <section className={css.card}>
      <h2>{say("overTime")}</h2>
      {rows.length > 0 ? (
        <LineChart
          label={say("overTime")}
          lines={lines}
          places={rows.map((row) => placeWord(String(row.time), range.grain, language))}
        />
      ) : (
        <p className="soft">{say("nothingThen")}</p>
      )}
    </section>
  );
}

function placeWord(time: string, grain: Range["grain"], language: Language): string {
  const form: Intl.DateTimeFormatOptions =
    grain === "hour"
      ? { day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
      : grain === "month"
        ? { year: "numeric", month: "short" }
        : { month: "short", day: "numeric", year: "2-digit" };
  return new Intl.DateTimeFormat(language === "ko" ? "ko-KR" : "en-GB", form).format(new Date(time));
}
