/** An expression read in words, for the one line that a node shows; the text itself where it is too deep for that. */

import { type Language, number } from "../messages/text";
import { durationWords } from "./duration";

const OPERATORS: Record<Language, readonly (readonly [RegExp, string])[]> = {
  en: [
    [/ is not null/g, " has a value"],
    [/ is null/g, " has no value"],
    [/ >= /g, " is at least "],
    [/ <= /g, " is at most "],
    [/ > /g, " is more than "],
    [/ < /g, " is less than "],
    [/ == /g, " is "],
    [/ != /g, " is not "],
  ],
  ko: [
    [/ is not null/g, ": 값 있음"],
    [/ is null/g, ": 값 없음"],
    [/ (>=) ("[^"]*"|[\w.]+)/g, ": $2 이상"],
    [/ (<=) ("[^"]*"|[\w.]+)/g, ": $2 이하"],
    [/ (>) ("[^"]*"|[\w.]+)/g, ": $2 초과"],
    [/ (<) ("[^"]*"|[\w.]+)/g, ": $2 미만"],
    [/ == ("[^"]*"|[\w.]+)/g, ": $1"],
    [/ != ("[^"]*"|[\w.]+)/g, ": $1 아님"],
    [/ and /g, " 그리고 "],
    [/ or /g, " 또는 "],
    [/\bnot /g, "제외 "],
  ],
};

/** What the server says that a split, a cap or a clock asks. */
const ASKS: Record<Language, readonly (readonly [RegExp, string])[]> = {
  en: [
    [/^([\d.]+) %: ([\d.]+) <= draw < ([\d.]+)$/, "drawn from $2 to $3 ($1%)"],
    [/^count < (\d+)$/, "fewer than $1 came before"],
    [/^(\S+) <= (?:time|date) < ([^,]+)/, "from $1 to $2"],
    [/^(\S+) <= date$/, "from $1"],
    [/^date < (\S+)$/, "before $1"],
  ],
  ko: [
    [/^([\d.]+) %: ([\d.]+) <= draw < ([\d.]+)$/, "추첨 값 $2~$3($1%)"],
    [/^count < (\d+)$/, "앞선 인원 $1명 미만"],
    [/^(\S+) <= (?:time|date) < ([^,]+)/, "$1~$2"],
    [/^(\S+) <= date$/, "$1부터"],
    [/^date < (\S+)$/, "$1 전"],
  ],
};

/** What a decision asked, which need not be an expression: "drawn from 0 to 20 (20%)". */
export function askedWords(condition: string, language: Language): string {
  const found = ASKS[language].find(([pattern]) => pattern.test(condition));
  return found ? condition.replace(...found).replace(/(?<=\d)T(?=\d)/g, " ") : expressionWords(condition, language);
}

/** Large numbers that stand by themselves, to be read in groups of digits; texts are passed over. */
const NUMBERS = /"[^"]*"|'[^']*'|(?<![\w.])(\d{5,15}(?:\.\d+)?|\d+\.0+)(?![\w.])/g;

/** A field of a data source, with what it is asked with. */
const ASKED = /#\{([^{}]*), params: \{([^{}]*)\}\}/g;

const lastOf = (path: string) => path.split(".").at(-1)?.replace(/["']/g, "") ?? path;

/** "value is at least 50". */
export function expressionWords(text: string, language: Language): string {
  let said = text.trim();
  said = said.replace(/inSegment\("([^"]*)"\)/g, language === "ko" ? "세그먼트 '$1'" : "in segment '$1'");
  said = said.replace(/[@#]\{([^{}]*)\}/g, (_, path: string) => lastOf(path));
  said = said.replace(ASKED, (_, path: string, params: string) => `${lastOf(path)} (${params.replace(/["']/g, "")})`);
  said = said.replace(/toDuration\("([^"]*)"\)/g, (_, duration: string) => durationWords(duration, language));
  for (const [pattern, words] of OPERATORS[language]) said = said.replace(pattern, words);
  return said.replace(NUMBERS, (found, whole?: string) => (whole ? number(Number(whole), language) : found));
}
