/** Alerts as the studio shows them. */
import { useMetricCatalogue } from "../../api/metrics";
import { durationWords } from "../../document/duration";
import { type Language, number, percent, type Say } from "../../messages/text";
import type { words } from "./words";

export interface Alert {
  metric: string;
  filters?: Record<string, string[]>;
  window?: string;
  above?: number | null;
  below?: number | null;
  drop?: number | null;
  webhook?: string | null;
  email?: string[];
  channel?: string | null;
}

export interface AlertState {
  name: string;
  alert: Alert;
  state: "ok" | "firing";
  since: number | null;
  value: number | null;
}

export interface AlertChange {
  id: number;
  at: number;
  state: "ok" | "firing";
  value: number | null;
  usual: number | null;
  told: boolean;
  note: string;
}

export const LIMITS = ["above", "below", "drop"] as const;
export type Limit = (typeof LIMITS)[number];

/** Which of the three limits an alert has. */
export function limitNameOf(alert: Alert): Limit {
  return LIMITS.find((name) => alert[name] !== undefined && alert[name] !== null) ?? "above";
}

/** "below 1 within 1 hour". */
export function limitOf(alert: Alert, say: Say<typeof words>, language: Language): string {
  const name = limitNameOf(alert);
  const value = alert[name] ?? 0;
  const shown = name === "drop" ? percent(value, language) : number(value, language);
  return say(`${name}Within`, { value: shown, window: durationWords(alert.window ?? "PT1H", language) });
}

/** What a metric is called: the first words of what the catalogue says of it. */
export function useMetricWord(): (name: string) => string {
  const { data } = useMetricCatalogue();
  return (name) => data?.metrics.find((metric) => metric.name === name)?.text.split(/[:：]/)[0] ?? name;
}
