/** What one reader has chosen, kept in the browser: language, theme, folded rail. */
import { useSyncExternalStore } from "react";
import type { Language } from "../messages/text";

export type Theme = "light" | "dark" | "system";

export interface Preferences {
  language: Language;
  theme: Theme;
  railFolded: boolean;
  singleKeys: boolean;
}

const KEY = "sojourn.preferences";
const listeners = new Set<() => void>();
const darkScheme = window.matchMedia("(prefers-color-scheme: dark)");

let current: Preferences = read();

function read(): Preferences {
  const fallback: Preferences = {
    language: navigator.language.startsWith("ko") ? "ko" : "en",
    theme: "system",
    railFolded: false,
    singleKeys: true,
  };
  let kept: Partial<Preferences> = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    // what is there is none of ours: begin anew
  }
  const asked = new URLSearchParams(location.search).get("lang");
  return { ...fallback, ...kept, ...(asked === "ko" || asked === "en" ? { language: asked } : {}) };
}

/** Writes language and theme where styles and screen readers look for them. */
function show(): void {
  const root = document.documentElement;
  root.lang = current.language;
  root.dataset.theme = current.theme === "system" ? (darkScheme.matches ? "dark" : "light") : current.theme;
}

export function setPreference<K extends keyof Preferences>(key: K, value: Preferences[K]): void {
  current = { ...current, [key]: value };
  localStorage.setItem(KEY, JSON.stringify(current));
  show();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function preferences(): Preferences {
  return current;
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}

export function useLanguage(): Language {
  return usePreferences().language;
}

darkScheme.addEventListener("change", show);
show();
