/**
 * Words of the studio. A catalogue holds each text in both languages, side by side: one that lacks Korean does not
 * compile. `{name}` stands for a value; `{count:one/many}` for a word that follows it: in English by number, in Korean
 * a particle by the final sound (`{name}{name:을/를}`). The tone of the Korean is that of the server's messages, told in
 * src/sojourn/messages/__init__.py.
 */
import { particle } from "./particle";

export type Language = "en" | "ko";
export type Text = readonly [en: string, ko: string];
export type Catalogue = Readonly<Record<string, Text>>;

type NamesIn<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Value}:${string}` ? Value : Name) | NamesIn<Rest>
  : never;
type Values<T extends Text> = Record<NamesIn<T[0] | T[1]>, string | number>;
type Arguments<T extends Text> = [NamesIn<T[0] | T[1]>] extends [never] ? [] : [values: Values<T>];
export type Say<C extends Catalogue> = <K extends keyof C>(key: K, ...values: Arguments<C[K]>) => string;

/** Keeps the texts' literal types, from which the names of their values are known. */
export function catalogue<const C extends Catalogue>(texts: C): C {
  return texts;
}

/** A text with its values, numbers as the language writes them. */
export function format(text: string, values: Record<string, string | number>, language: Language): string {
  return text.replace(/\{(\w+)(?::([^}]+))?\}/g, (_, name: string, forms?: string) => {
    const value = values[name] ?? "";
    const shown = typeof value === "number" ? number(value, language) : value;
    if (forms === undefined) return shown;
    if (language === "ko") return particle(shown, forms);
    const [one = "", many = ""] = forms.split("/");
    return value === 1 ? one : many;
  });
}

/** A text that has no values. */
export function textIn(text: Text, language: Language): string {
  return text[language === "ko" ? 1 : 0];
}

/** Says a catalogue's texts in a language. */
export function sayIn<C extends Catalogue>(texts: C, language: Language): Say<C> {
  return (key, ...values) => {
    return format(textIn(texts[key] as Text, language), values[0] ?? {}, language);
  };
}

const LOCALE = { en: "en-GB", ko: "ko-KR" } as const;

export function number(value: number, language: Language): string {
  return new Intl.NumberFormat(LOCALE[language], { maximumFractionDigits: 2 }).format(value);
}

/** A share of 0 to 1 as a percentage, one decimal below 10 %. */
export function percent(share: number, language: Language): string {
  const digits = share > 0 && share < 0.1 ? 1 : 0;
  return new Intl.NumberFormat(LOCALE[language], { style: "percent", maximumFractionDigits: digits }).format(share);
}

/** A day, and the minute with it where asked for, in the reader's time zone. */
export function moment(epochMs: number, language: Language, withTime = false): string {
  const day: Intl.DateTimeFormatOptions =
    language === "ko"
      ? { year: "numeric", month: "numeric", day: "numeric" }
      : { year: "numeric", month: "short", day: "numeric" };
  const time: Intl.DateTimeFormatOptions = withTime ? { hour: "numeric", minute: "2-digit" } : {};
  return new Intl.DateTimeFormat(LOCALE[language], { ...day, ...time }).format(epochMs);
}

/** A moment to the second, as logs have it: the day only where it is not today, the year where it is another. */
export function clock(epochMs: number, language: Language): string {
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const [then, now] = [new Date(epochMs), new Date()];
  const year: Intl.DateTimeFormatOptions = then.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  const day: Intl.DateTimeFormatOptions = { ...year, month: "short", day: "numeric" };
  const today = then.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(LOCALE[language], today ? time : { ...day, ...time }).format(epochMs);
}

/** A moment to the second, with its day: where changes are told from each other. */
export function when(epochMs: number, language: Language): string {
  const day = { year: "numeric", month: language === "ko" ? "numeric" : "short", day: "numeric" } as const;
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  return new Intl.DateTimeFormat(LOCALE[language], { ...day, ...time }).format(epochMs);
}
