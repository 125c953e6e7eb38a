import { useMemo } from "react";
import { useLanguage } from "../frame/preferences";
import { type Catalogue, type Say, sayIn } from "./text";

/** Says a catalogue's texts in the language that the reader has chosen. */
export function useSay<C extends Catalogue>(texts: C): Say<C> {
  const language = useLanguage();
  return useMemo(() => sayIn(texts, language), [texts, language]);
}
