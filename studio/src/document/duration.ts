/** Durations as ISO 8601 has them, for people. */
import type { Language } from "../messages/text";

export const UNITS = ["week", "day", "hour", "minute", "second"] as const;
export type Unit = (typeof UNITS)[number];

const SECONDS: Record<Unit, number> = { week: 604_800, day: 86_400, hour: 3600, minute: 60, second: 1 };
const FORM = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const WORDS: Record<Language, Record<Unit, readonly [string, string]>> = {
  en: {
    week: ["week", "weeks"],
    day: ["day", "days"],
    hour: ["hour", "hours"],
    minute: ["minute", "minutes"],
    second: ["second", "seconds"],
  },
  ko: { week: ["주", "주"], day: ["일", "일"], hour: ["시간", "시간"], minute: ["분", "분"], second: ["초", "초"] },
};

export type Parts = Readonly<Partial<Record<Unit, number | undefined>>>;

/** The parts of a duration; undefined where the text is none. */
export function partsOf(text: string): Parts | undefined {
  const found = FORM.exec(text);
  if (!found || text === "P" || text.endsWith("T")) return undefined;
  const parts: Partial<Record<Unit, number>> = {};
  UNITS.forEach((unit, index) => {
    const digits = found[index + 1];
    if (digits !== undefined) parts[unit] = Number(digits);
  });
  return parts;
}

/** The text of some parts; weeks are days, which alone mix with other units. */
export function durationOf(parts: Parts): string {
  const days = (parts.week ?? 0) * 7 + (parts.day ?? 0);
  const day = days ? `${days}D` : "";
  const time = (["hour", "minute", "second"] as const)
    .map((unit) => (parts[unit] ? `${parts[unit]}${unit[0]?.toUpperCase()}` : ""))
    .join("");
  return day || time ? `P${day}${time ? `T${time}` : ""}` : "PT0S";
}

export function secondsOf(parts: Parts): number {
  return UNITS.reduce((sum, unit) => sum + (parts[unit] ?? 0) * SECONDS[unit], 0);
}

/** "21 days 6 hours", "21일 6시간"; the text itself where it is none. */
export function durationWords(text: string, language: Language): string {
  const parts = partsOf(text);
  if (!parts) return text;
  const said = UNITS.filter((unit) => parts[unit]).map((unit) => {
    const count = parts[unit] as number;
    const [one, many] = WORDS[language][unit];
    return language === "ko" ? `${count}${one}` : `${count} ${count === 1 ? one : many}`;
  });
  return said.join(" ") || (language === "ko" ? "0초" : "0 seconds");
}

export function unitWord(unit: Unit, language: Language): string {
  return WORDS[language][unit][1];
}
