/** What the server tells of somebody's way, in the words of the canvas. */
import { askedWords } from "../document/reading";
import type { Language } from "../messages/text";

interface Told {
  readonly decisions: readonly { readonly condition: string }[];
}

/** A sentence with its conditions in words, and its values by the last part of their names. */
export function friendly(text: string, move: Told | undefined, language: Language): string {
  let said = text;
  for (const { condition } of move?.decisions ?? []) said = said.replace(condition, askedWords(condition, language));
  if (language === "ko") said = said.replace(SEEN, (_, name: string) => `${SEEN_WORDS[name]} = `);
  return said.replace(/[@#]\{([^}]*)\}/g, (_, path: string) => path.split(".").at(-1) ?? path);
}

/** What a split, a cap or a clock was asked; fields of events have more before them. */
const SEEN = /(?<=: )(draw|count|time|date) = /;
const SEEN_WORDS: Readonly<Record<string, string>> = {
  draw: "추첨 값",
  count: "앞선 인원",
  time: "시각",
  date: "일시",
};
