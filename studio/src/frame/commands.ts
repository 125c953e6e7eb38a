/** Commands that the present page offers, for the command palette and by single keys. */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { preferences } from "./preferences";

export interface Command {
  id: string;
  label: string;
  /** As `KeyboardEvent.key` has it; `mod+` for Ctrl or Cmd. Single letters can be switched off. */
  keys?: string;
  /** The browser has an event of its own for these keys, which the page listens to. */
  native?: boolean;
  run: () => void;
}

const providers = new Set<() => readonly Command[]>();
let open: "palette" | "shortcuts" | null = null;
const listeners = new Set<() => void>();

function show(what: typeof open): void {
  open = what;
  for (const listener of listeners) listener();
}

export const openPalette = () => show("palette");
export const showShortcuts = () => show("shortcuts");
export const closePalette = () => show(null);

export function usePaletteOpen(): typeof open {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
}

/** Offers commands as long as the component is there. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  useEffect(() => {
    const provider = () => latest.current;
    providers.add(provider);
    return () => {
      providers.delete(provider);
    };
  }, []);
}

/** All commands of this moment, those of the innermost component first. */
export function offered(): readonly Command[] {
  return [...providers].reverse().flatMap((provider) => provider());
}

/** Whether one is writing there. */
export function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select, [role=textbox], [role=combobox]"))
  );
}

/** The command that a key is for, if any: a letter never while one is typing. */
export function commandFor(event: KeyboardEvent): Command | undefined {
  const mod = event.ctrlKey || event.metaKey;
  if (event.altKey || event.isComposing || typing(event.target)) return undefined;
  if (!mod && event.key.length === 1 && event.key !== "?" && !preferences().singleKeys) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shift = event.shiftKey && key !== "?" ? "shift+" : "";
  const pressed = (mod ? "mod+" : "") + shift + key;
  return offered().find((command) => command.keys === pressed && !command.native);
}
