/** What a node says without being opened: its name, its kind, and the one line of its essential setting. */
import { durationWords } from "../document/duration";
import { expressionWords } from "../document/reading";
import { KINDS } from "../document/schema";
import type { Activity } from "../document/types";
import { ERROR, OTHER, ownPaths, THEN, TIMEOUT } from "../document/ways";
import { type Language, sayIn } from "../messages/text";
import { plainName } from "./names";
import { words } from "./words";

/** Its essential setting in words; undefined where there is nothing more to say than its name. */
export function summaryOf(activity: Activity, language: Language): string | undefined {
  const say = sayIn(words, language);
  const { type, duration, timeout, paths } = activity;
  if (typeof duration === "string") return durationWords(duration, language);
  if (type === "event") {
    const event = activity.label && typeof activity.event === "string" ? activity.event : undefined;
    const within = typeof timeout === "string" ? say("within", { time: durationWords(timeout, language) }) : undefined;
    return [event, within].filter(Boolean).join(" · ") || undefined;
  }
  const own = ownPaths(activity);
  if (own.length > 1) return say("times", { count: own.length });
  if (own.length === 1 && paths !== null && typeof paths === "object") {
    const [only] = Object.values(paths);
    if (only === "") return say("notSet");
    if (typeof only === "string") return expressionWords(only, language);
    return rangeWords(only) || say("notSet");
  }
  if (missing(activity)) return say("notSet");
  if (type === "wait") return waitWords(activity, language);
  const what = WORDED[type];
  if (what) return activity[what] === plainName(activity, language) ? undefined : shortly(activity[what]);
  if (activity.label && typeof activity[type] === "string") return activity[type] as string;
  return undefined;
}

/** Of these kinds, the field that says most. */
const WORDED: Readonly<Record<string, string>> = {
  email: "subject",
  sms: "text",
  push: "text",
  webhook: "url",
  updateProfile: "field",
  readAudience: "segment",
  segmentQualification: "segment",
};

function missing({ type, ...given }: Activity): boolean {
  const asked = KINDS.get(type)?.fields.filter((field) => field.required && field.shape.kind !== "map") ?? [];
  return asked.some((field) => given[field.name] === undefined || given[field.name] === "");
}

/** A text in one line, its expressions in words. */
function shortly(text: unknown): string | undefined {
  if (typeof text !== "string" || text === "") return undefined;
  return text
    .replace(/\{\{.*?\}\}+/g, (found) => `{${/([^.{}]+)\}+\s*\}\}$/.exec(found)?.[1] ?? "…"}`)
    .replace(/\s+/g, " ");
}

/** Until when it lasts: "10:00", "2027-01-01 09:00", or an expression in words. */
function waitWords({ time, date, until }: Activity, language: Language): string {
  const said = [time, date, until].find((each) => typeof each === "string" && each !== "") as string | undefined;
  if (said === undefined) return sayIn(words, language)("notSet");
  return sayIn(words, language)("until", { time: until ? expressionWords(said, language) : said.replace("T", " ") });
}

/** "09:00 – 18:00". */
function rangeWords(range: unknown): string {
  const { from = "", to = "" } = (range ?? {}) as { from?: string; to?: string };
  return from || to ? `${from} – ${to}`.replace(/T/g, " ").trim() : "";
}

/** What an arrow is called; nothing for the plain way on. */
export function pathWord(path: string, language: Language): string {
  const say = sayIn(words, language);
  if (path === THEN) return "";
  if (path === OTHER) return say("other");
  if (path === TIMEOUT) return say("timeout");
  if (path === ERROR) return say("error");
  return path;
}
